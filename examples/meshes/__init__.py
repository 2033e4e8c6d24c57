"""Meshes of the sample products, made by scripts."""
