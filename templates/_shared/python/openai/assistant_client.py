    # Make the client. The SDK itself reads OPENAI_BASE_URL and OPENAI_ORG_ID.
    openai = OpenAI(
        api_key=settings["OPENAI_API_KEY"],
        timeout=60,  # seconds without a byte
    )
