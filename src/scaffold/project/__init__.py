"""A generated project: its answers, its files in memory, its folder on disk."""
