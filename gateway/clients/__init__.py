"""Clients made from the descriptors: a Python package, and types for TypeScript."""
