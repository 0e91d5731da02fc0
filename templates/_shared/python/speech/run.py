    recognizer.start_continuous_recognition()
    while not ended.wait(timeout=0.5):
        pass  # so that Ctrl-C is heard too
    # What failed has stopped by itself; to stop it again would take long.
    if errors:
        raise ConnectionError(errors[0])
    recognizer.stop_continuous_recognition()
