        # Sign in as whoever runs this: with `az login`, a managed identity and so on.
        token_provider = get_bearer_token_provider(
            DefaultAzureCredential(), "https://cognitiveservices.azure.com/.default"
        )
