"""Batches: files of requests, read, answered and told of."""
