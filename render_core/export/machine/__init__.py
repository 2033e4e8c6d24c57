"""Files for one machine: a module for each format, `<format>_file.py` with one `make`."""
