        openai_embeddings_endpoint: str,
