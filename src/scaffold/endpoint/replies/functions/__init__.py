"""Functions that a program offers: which are called for, with what, and in which turn."""
