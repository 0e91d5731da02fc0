"""A project on disk → a running sample."""
