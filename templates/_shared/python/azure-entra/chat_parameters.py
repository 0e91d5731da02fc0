        openai_api_version: str,
        openai_endpoint: str,
        openai_chat_deployment_name: str,
        openai_system_prompt: str,
