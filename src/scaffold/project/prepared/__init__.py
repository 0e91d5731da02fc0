"""Projects that were rendered when the wheel was built, but for the texts that a user gives."""
