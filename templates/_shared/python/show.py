def show(text: str) -> None:
    """Prints a piece of an answer at once, without waiting for the line to end."""
    print(text, end="", flush=True)
