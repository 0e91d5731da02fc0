"""Azure AI Search: the built-in index, and indexes that programs create and fill themselves."""
