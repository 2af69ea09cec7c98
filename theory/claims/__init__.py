"""Published statements as printed, one file each, exporting ``CLAIM``, for `theory.trial` to judge."""
