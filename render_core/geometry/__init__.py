"""Outlines as arrays: reading, writing, flattening, joining and measuring them."""
