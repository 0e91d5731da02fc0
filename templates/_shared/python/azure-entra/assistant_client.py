    # Make the client. It signs in as whoever runs this: with `az login`, a managed
    # identity and so on.
    openai = AzureOpenAI(
        azure_ad_token_provider=get_bearer_token_provider(
            DefaultAzureCredential(), "https://cognitiveservices.azure.com/.default"
        ),
        api_version=settings["AZURE_OPENAI_API_VERSION"],
        azure_endpoint=settings["AZURE_OPENAI_ENDPOINT"],
        timeout=60,  # seconds without a byte
    )
