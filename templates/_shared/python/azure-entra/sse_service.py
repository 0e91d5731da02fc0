        self.model = openai_chat_deployment_name
        self.url = (
            f"{openai_endpoint.rstrip('/')}/openai/deployments/"
            f"{openai_chat_deployment_name}/chat/completions"
            f"?api-version={openai_api_version}"
        )
{% include "_shared/python/azure-entra/token_provider.py" %}

        def sign_in(request: requests.PreparedRequest) -> requests.PreparedRequest:
            request.headers["Authorization"] = f"Bearer {token_provider()}"
            return request

        self.session.auth = sign_in
