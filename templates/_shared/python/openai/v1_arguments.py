        settings["OPENAI_MODEL_NAME"],
        settings["OPENAI_SYSTEM_PROMPT"],
