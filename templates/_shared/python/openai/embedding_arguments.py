        openai_embedding_model_name=settings["OPENAI_EMBEDDING_MODEL_NAME"],
