    "OPENAI_EMBEDDING_MODEL_NAME": "<insert your embedding model name here>",
