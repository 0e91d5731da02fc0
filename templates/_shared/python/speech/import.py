import azure.cognitiveservices.speech as speechsdk  # type: ignore[import-untyped]
