"""Character properties of the pinned Unicode version."""
