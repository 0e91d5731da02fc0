        self.model = openai_chat_deployment_name
{% include "_shared/python/azure-entra/token_provider.py" %}
        self.client = {{ prefix | default('') }}AzureOpenAI(
            azure_ad_token_provider=token_provider,
            api_version=openai_api_version,
            azure_endpoint=openai_endpoint,
            timeout=60,  # seconds without a byte
        )
