    def get_function_schemas(self) -> list[FunctionToolParam]:
        """Describes every function, in the form of the API's `tools`."""
        return [
            {
                "type": "function",
                "name": schema["name"],
                "description": schema.get("description"),
                "parameters": schema.get("parameters"),
                "strict": schema.get("strict", False),
            }
            for schema in self._schemas.values()
        ]
