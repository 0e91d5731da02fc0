        openai_embedding_model_name: str,
