    def take_back(self, question: Message) -> None:
        """Deletes a question that got no answer, if the service lets us."""
        with contextlib.suppress(OpenAIError):
            self.openai.beta.threads.messages.delete(
                question.id, thread_id=question.thread_id
            )
