        self.model = openai_model_name
        self.url = f"{openai_base_url.rstrip('/')}/chat/completions"
        self.session.headers["Authorization"] = f"Bearer {openai_key}"
