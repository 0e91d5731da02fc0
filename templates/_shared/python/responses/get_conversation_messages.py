    def get_conversation_messages(self, callback: Callable[[str, str], None]) -> None:
        """Hands role and text of each message to `callback`, the oldest first."""
        # Iterating asks for the next page where one ends.
        items = self.openai.conversations.items.list(self.conversation_id, order="asc")
        for item in items:
            if item.type == "message":
                text = "".join(
                    getattr(part, "text", f"[{part.type}]") for part in item.content
                )
                callback(item.role, text)
