"""Calls of gRPC over HTTP/2 on the gateway's own loop."""
