        openai_base_url: str,
        openai_key: str,
        openai_model_name: str,
        openai_system_prompt: str,
