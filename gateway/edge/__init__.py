"""What happens around a call at the edge: limits, CORS, caching, compression, correlation."""
