"""The handlers of the tenant's rpcs, one module per resource."""
