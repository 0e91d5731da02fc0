    "AZURE_OPENAI_API_VERSION": "<insert your Azure OpenAI API version here>",
    "AZURE_OPENAI_ENDPOINT": "<insert your Azure OpenAI endpoint here>",
