from openai import {{ prefix | default('') }}AzureOpenAI
