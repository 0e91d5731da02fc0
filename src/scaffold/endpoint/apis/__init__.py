"""What the services offer: an API a folder or a file, each with its `OPERATIONS`."""
