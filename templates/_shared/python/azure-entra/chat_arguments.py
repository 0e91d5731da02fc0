        openai_api_version=settings["AZURE_OPENAI_API_VERSION"],
        openai_endpoint=settings["AZURE_OPENAI_ENDPOINT"],
        openai_chat_deployment_name=settings["AZURE_OPENAI_CHAT_DEPLOYMENT"],
        openai_system_prompt=settings["AZURE_OPENAI_SYSTEM_PROMPT"],
