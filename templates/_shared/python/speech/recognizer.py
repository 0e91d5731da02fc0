    try:
        recognizer = speechsdk.{{ recognizer | default("SpeechRecognizer(\n            speech_config=speech_config, audio_config=audio_config\n        )") }}
    except RuntimeError as error:
        # The SDK tells its call stack; the name of the error is the last thing it says.
        name = str(error).rpartition("(")[2].rstrip(")\n")
        advice = "name a WAV file: python main.py FILE"
        raise OSError(
            f"can't listen to {input_file or 'the microphone'} ({name}); {advice}"
        ) from error
