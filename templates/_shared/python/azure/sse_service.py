        self.model = openai_chat_deployment_name
        self.url = (
            f"{openai_endpoint.rstrip('/')}/openai/deployments/"
            f"{openai_chat_deployment_name}/chat/completions"
            f"?api-version={openai_api_version}"
        )
        self.session.headers["api-key"] = openai_key
