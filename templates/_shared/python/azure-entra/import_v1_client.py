from azure.identity import DefaultAzureCredential, get_bearer_token_provider
from openai import OpenAI
