    # A file comes to an end; a microphone is listened to until ENTER is pressed.
    def wait_for_enter() -> None:
        os.read(0, 1)
        ended.set()

    if until_enter:
        print("Listening, press ENTER to stop...", flush=True)
        threading.Thread(target=wait_for_enter, daemon=True).start()
    else:
        print("Listening...", flush=True)
