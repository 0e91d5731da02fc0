    # Have it spoken, and wait until all of it was.
    result = synthesizer.speak_text_async(text).get()
    if result.reason == speechsdk.ResultReason.Canceled:
        raise ConnectionError(result.cancellation_details.error_details)
