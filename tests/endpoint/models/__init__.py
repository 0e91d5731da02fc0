"""What the endpoint knows of models."""
