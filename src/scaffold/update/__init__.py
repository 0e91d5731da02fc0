"""A generated project, brought to the newest version of its template with every edit kept."""
