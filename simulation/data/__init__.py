"""Data sets with verified checksums: a packaged subset of MNIST, or the full set from a folder."""
