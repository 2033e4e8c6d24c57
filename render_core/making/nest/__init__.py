"""Nesting: many parts on few sheets. See README.md."""
