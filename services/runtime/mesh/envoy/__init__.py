"""Envoy in front of the services, configured from the same descriptors and settings as the gateway."""
