    # Where the embedding deployment turns text into vectors.
    openai_embeddings_endpoint = (
        f"{settings['AZURE_OPENAI_ENDPOINT'].rstrip('/')}/openai/deployments/"
        f"{settings['AZURE_OPENAI_EMBEDDING_DEPLOYMENT']}/embeddings"
        f"?api-version={settings['AZURE_OPENAI_API_VERSION']}"
    )

