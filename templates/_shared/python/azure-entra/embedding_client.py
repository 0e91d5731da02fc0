        # Make one that turns text into vectors, out of the embeddings endpoint, which ends
        # in "/deployments/{deployment}/embeddings?…".
        deployment_url = openai_embeddings_endpoint.partition("/embeddings?")[0]
        self.embedding_model = deployment_url.rpartition("/")[2]
        self.embedding_client = AzureOpenAI(
            azure_ad_token_provider=token_provider,
            api_version=openai_api_version,
            base_url=deployment_url,
            timeout=60,
        )
