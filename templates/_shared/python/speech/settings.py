    "AZURE_AI_SPEECH_KEY": "<insert your Speech Service API key here>",
    "AZURE_AI_SPEECH_REGION": "<insert your Speech Service region here>",
    # Where your resource has an address of its own, the region doesn't count.
    "AZURE_AI_SPEECH_ENDPOINT": "",
