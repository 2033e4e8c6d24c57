"""What this service does in a worker, one module per resource."""
