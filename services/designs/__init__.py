"""Designs between services: protos to render core values and back, the same way everywhere."""
