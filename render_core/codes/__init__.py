"""Codes that machines read: text to modules, modules to outlines."""
