"""What the endpoint was told to say, and how it was told to misbehave."""
