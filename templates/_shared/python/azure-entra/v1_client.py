    # Make the client. On Azure's v1 route there is no api-version. It signs in as
    # whoever runs this: with `az login`, a managed identity and so on.
    openai = OpenAI(
        api_key=get_bearer_token_provider(
            DefaultAzureCredential(), "https://cognitiveservices.azure.com/.default"
        ),
        base_url=f"{settings['AZURE_OPENAI_ENDPOINT'].rstrip('/')}/openai/v1/",
        timeout=60,  # seconds without a byte
    )
