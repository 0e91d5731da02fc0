"""Results → text for people, or JSON for programs; a file a command.

Every function returns a string: `cli` prints it.
"""
