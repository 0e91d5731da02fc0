"""The commands as functions: `cli` mirrors them, and a program can call them.

Each takes what it works on, the environment among it, and returns what it did. None prints, asks or
exits; what a person has to be asked or told meanwhile goes through a function that is handed in.
"""
