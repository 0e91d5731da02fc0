"""What templates there are: read from `templates/`, kept as records."""
