def text_of(message: Message) -> str:
    """Puts the blocks of a message together; those that are no text are named."""
    return "".join(
        block.text.value if block.type == "text" else f"[{block.type}]"
        for block in message.content
    )
