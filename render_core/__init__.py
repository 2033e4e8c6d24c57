"""Luneo's render core: from a design to a resolved layout, from a layout to bytes.

A library. It opens no connection, reads no clock and no environment, and returns the same bytes
for the same input on every machine.
"""
