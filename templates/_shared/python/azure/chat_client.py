        self.model = openai_chat_deployment_name
        self.client = {{ prefix | default('') }}AzureOpenAI(
            api_key=openai_key,
            api_version=openai_api_version,
            azure_endpoint=openai_endpoint,
            timeout=60,  # seconds without a byte
        )
