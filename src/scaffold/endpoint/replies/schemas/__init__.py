"""JSON Schema: whether a value fits one, and a value that does."""
