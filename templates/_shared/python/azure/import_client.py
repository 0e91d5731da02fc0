from openai import AzureOpenAI
