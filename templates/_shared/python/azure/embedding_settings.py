    "AZURE_OPENAI_EMBEDDING_DEPLOYMENT": "<insert your embedding deployment name here>",
