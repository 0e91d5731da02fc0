    def __init__(self, assistant_id: str, openai: OpenAI) -> None:
        self.assistant_id = assistant_id
        self.openai = openai
        self.thread_id = ""
