"""Between the values of this service and their messages, one module per resource."""
