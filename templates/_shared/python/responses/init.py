    def __init__(
        self,
        openai_model_name: str,
        openai_system_prompt: str,
{{ parameters | default("") }}        openai: OpenAI,
    ) -> None:
        self.model = openai_model_name
        self.openai_system_prompt = openai_system_prompt
{{ attributes | default("") }}        self.openai = openai
        self.conversation_id = ""
