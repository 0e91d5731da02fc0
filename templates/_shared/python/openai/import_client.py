from openai import {{ prefix | default('') }}OpenAI
