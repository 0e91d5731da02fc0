    def create_conversation(self) -> None:
        """Begins a new conversation."""
        self.conversation_id = self.openai.conversations.create().id

    def retrieve_conversation(self, conversation_id: str) -> None:
        """Takes up a conversation that is there."""
        self.conversation_id = self.openai.conversations.retrieve(conversation_id).id
