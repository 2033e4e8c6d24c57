"""The SQL of this service, one module per resource. Functions take the brand's transaction."""
