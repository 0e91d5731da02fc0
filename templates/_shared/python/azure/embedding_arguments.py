        openai_embeddings_endpoint=openai_embeddings_endpoint,
