    # Learn when the session begins, when it ends, and whether something went wrong.
    ended = threading.Event()
    errors: list[str] = []

    def session_started(event: speechsdk.SessionEventArgs) -> None:
        print(f"SESSION STARTED: {event.session_id}\n", flush=True)

    def session_stopped(event: speechsdk.SessionEventArgs) -> None:
        print(f"SESSION STOPPED: {event.session_id}", flush=True)
        ended.set()

    def canceled({{ canceled | default("event: speechsdk.SpeechRecognitionCanceledEventArgs") }}) -> None:
        # The end of a file cancels too, and is no error. Either way the session stops next.
        if event.cancellation_details.reason == speechsdk.CancellationReason.Error:
            errors.append(event.cancellation_details.error_details)

    recognizer.session_started.connect(session_started)
    recognizer.session_stopped.connect(session_stopped)
    recognizer.canceled.connect(canceled)
