"""Brands, the people in them and the keys that call for them."""
