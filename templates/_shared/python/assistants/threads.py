    def create_thread(self) -> None:
        """Begins a new thread."""
        self.thread_id = self.openai.beta.threads.create().id

    def retrieve_thread(self, thread_id: str) -> None:
        """Takes up a thread that is there."""
        self.thread_id = self.openai.beta.threads.retrieve(thread_id).id
