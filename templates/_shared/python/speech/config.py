    # Say which service it is: by its own address, or else by its region.
    service = {"region": settings["AZURE_AI_SPEECH_REGION"]}
    if settings["AZURE_AI_SPEECH_ENDPOINT"]:
        service = {"endpoint": settings["AZURE_AI_SPEECH_ENDPOINT"]}
    speech_config = speechsdk.{{ config | default("SpeechConfig") }}(
        subscription=settings["AZURE_AI_SPEECH_KEY"], **service
    )
