    # Make the client. Azure takes the key in a header of its own.
    openai = OpenAI(
        api_key=settings["AZURE_OPENAI_API_KEY"],
        base_url=f"{settings['AZURE_OPENAI_ENDPOINT'].rstrip('/')}/openai",
        default_query={"api-version": settings["AZURE_OPENAI_API_VERSION"]},
        default_headers={"api-key": settings["AZURE_OPENAI_API_KEY"]},
        timeout=60,  # seconds without a byte
    )
