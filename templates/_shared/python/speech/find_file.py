    # Listen to the WAV file that is named, or else to the microphone.
    input_file = sys.argv[1] if len(sys.argv) > 1 else None
    if input_file and not os.path.isfile(input_file):
        sys.exit(f"There is no audio file '{input_file}'.")
    if input_file:
        audio_config = speechsdk.AudioConfig(filename=input_file)
    else:
        audio_config = speechsdk.AudioConfig(use_default_microphone=True)
