"""The models: the table of all that are known, the names they go by, and what each one takes."""
