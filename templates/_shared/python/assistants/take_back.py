    def take_back(self, question: Message) -> None:
        """Ends the run of a failed turn and deletes its question, if that can be."""
        runs = self.openai.beta.threads.runs
        with contextlib.suppress(OpenAIError):
            for run in runs.list(self.thread_id, limit=1).data:
                if run.status in ("queued", "in_progress", "requires_action"):
                    runs.cancel(run.id, thread_id=self.thread_id)
                    runs.poll(run.id, thread_id=self.thread_id)
            self.openai.beta.threads.messages.delete(
                question.id, thread_id=question.thread_id
            )
