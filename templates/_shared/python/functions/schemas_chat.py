    def get_function_schemas(self) -> list[ChatCompletionToolParam]:
        """Describes every function, in the form of the API's `tools`."""
        return [
            {"type": "function", "function": schema}
            for schema in self._schemas.values()
        ]
