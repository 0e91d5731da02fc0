        # The same client turns text into vectors, with another model.
        self.embedding_model = openai_embedding_model_name
        self.embedding_client = self.client
