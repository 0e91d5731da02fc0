"""Copier at work: in a process of its own, under limits, and what it made checked file by file."""
