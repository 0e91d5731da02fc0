    # Ask for the text; nothing typed is nothing to say.
    try:
        text = input("Enter text: ")
    except EOFError:
        text = ""
        print()
    if not text.strip():
        return
