    recognizer.start_continuous_recognition()
    while not ended.wait(timeout=0.5):
        pass  # so that Ctrl-C is heard too
    recognizer.stop_continuous_recognition()
    if errors:
        raise ConnectionError(errors[0])
