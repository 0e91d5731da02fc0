        self.model = openai_model_name
        # The SDK itself reads OPENAI_BASE_URL (any compatible server) and OPENAI_ORG_ID.
        self.client = {{ prefix | default('') }}OpenAI(
            api_key=openai_key,
            timeout=60,  # seconds without a byte
        )
