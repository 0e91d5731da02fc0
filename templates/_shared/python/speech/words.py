    # The SDK calls these from a thread of its own: while somebody speaks,
    # and again when a phrase is whole.
    def recognizing(event: speechsdk.SpeechRecognitionEventArgs) -> None:
        print(f"RECOGNIZING: {event.result.text}", flush=True)

    def recognized(event: speechsdk.SpeechRecognitionEventArgs) -> None:
        if event.result.reason == speechsdk.ResultReason.RecognizedSpeech:
            print(f"RECOGNIZED: {event.result.text}\n", flush=True)
        else:
            print("NOMATCH: Speech could not be recognized.\n", flush=True)

    recognizer.recognizing.connect(recognizing)
    recognizer.recognized.connect(recognized)
