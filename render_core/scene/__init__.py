"""The 3D preview: a mesh, a camera and light, without a GPU."""
