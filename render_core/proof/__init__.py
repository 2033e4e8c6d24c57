"""Soft proofs: a design as it will come out of the product's press."""
