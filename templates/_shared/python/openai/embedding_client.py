        self.embedding_model = openai_embedding_model_name
        self.embedding_client = self.client
