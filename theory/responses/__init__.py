"""Response functions of devices, one file each, exporting ``RESPONSE``."""
