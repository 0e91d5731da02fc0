        openai_base_url=settings["OPENAI_BASE_URL"],
        openai_key=settings["OPENAI_API_KEY"],
        openai_model_name=settings["OPENAI_MODEL_NAME"],
        openai_system_prompt=settings["OPENAI_SYSTEM_PROMPT"],
