"""Checks of uploaded files: fonts, raster images, vector artwork. Pure functions; see README.md."""
