"""Values of this service as messages, one module per resource."""
