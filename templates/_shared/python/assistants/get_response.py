    def get_response(self, user_input: str, callback: Callable[[str], None]) -> None:
        """Hands the answer to `callback` piece by piece."""
        # Put the question into the thread.
        question = self.openai.beta.threads.messages.create(
            self.thread_id, role="user", content=user_input
        )

        # Let the assistant answer. A turn that fails leaves the thread as it was.
        try:
            self.run_assistant(callback)
        except Exception:
            self.take_back(question)
            raise
