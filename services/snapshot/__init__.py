"""Frozen designs: what orders and workshops refer to."""
