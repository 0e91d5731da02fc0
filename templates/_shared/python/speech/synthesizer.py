    try:
        synthesizer = speechsdk.SpeechSynthesizer(
            speech_config=speech_config, audio_config=audio_config
        )
    except RuntimeError as error:
        # The SDK tells its call stack; the name of the error is the last thing it says.
        name = str(error).rpartition("(")[2].rstrip(")\n")
        raise OSError(f"can't {{ verb }} ({name})") from error
