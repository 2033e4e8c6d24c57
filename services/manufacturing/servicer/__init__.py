"""The handlers of this service's rpcs, one module per resource."""
