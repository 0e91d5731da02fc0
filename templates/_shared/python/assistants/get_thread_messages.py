    def get_thread_messages(self, callback: Callable[[str, str], None]) -> None:
        """Hands role and text of each message to `callback`, the oldest first."""
        # Iterating asks for the next page where one ends.
        messages = self.openai.beta.threads.messages.list(self.thread_id, order="asc")
        for message in messages:
            callback(message.role, text_of(message))
