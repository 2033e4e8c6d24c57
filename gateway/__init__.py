"""The REST bridge: every rpc of the mounted services over HTTP, read off their descriptors."""
