    # Answer each line as it comes, until an empty one, "exit" or the end of the input.
    while True:
        try:
            user_input = input("User: ")
        except EOFError:
            print()
            break
        if user_input.strip() in ("", "exit"):
            break
        {{ show | default("show") }}("\nAssistant: ")
        {{ ask }}
        print("\n")
