    # Make the client. On Azure's v1 route there is no api-version.
    openai = OpenAI(
        api_key=settings["AZURE_OPENAI_API_KEY"],
        base_url=f"{settings['AZURE_OPENAI_ENDPOINT'].rstrip('/')}/openai/v1/",
        timeout=60,  # seconds without a byte
    )
