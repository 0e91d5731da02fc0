    "OPENAI_API_KEY": "<insert your OpenAI API key here>",
