"""Repositories of templates, fetched into the cache and from there into a folder."""
