"""Meshes of products: triangles with normals, texture coordinates and materials."""
