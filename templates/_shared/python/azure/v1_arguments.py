        settings["AZURE_OPENAI_CHAT_DEPLOYMENT"],
        settings["AZURE_OPENAI_SYSTEM_PROMPT"],
