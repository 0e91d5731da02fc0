"""The functions that the model may call."""

import json
from collections.abc import Callable

from openai.types.chat import ChatCompletionToolParam
from openai.types.shared_params import FunctionDefinition


class FunctionFactory:
    """Keeps functions with their schemas, and calls them by name."""

    def __init__(self) -> None:
        self._schemas: dict[str, FunctionDefinition] = {}
        self._functions: dict[str, Callable[..., object]] = {}

    def add_function(
        self, schema: FunctionDefinition, func: Callable[..., object]
    ) -> None:
        """Adds a function: the schema is what the model reads to call it."""
        self._schemas[schema["name"]] = schema
        self._functions[schema["name"]] = func

    def get_function_schemas(self) -> list[ChatCompletionToolParam]:
        """Describes every function, in the form of the API's `tools`."""
        return [
            {"type": "function", "function": schema}
            for schema in self._schemas.values()
        ]

    def try_call_function(self, name: str, arguments: str) -> str:
        """Calls a function with its arguments in JSON, and returns its result.

        What goes wrong is a result too: the model reads it, and can do better.
        """
        # Models have been seen to make up a name, and to write broken JSON.
        if name not in self._functions:
            known = ", ".join(self._functions)
            return f"Error: there is no function '{name}', only: {known}"
        try:
            values = json.loads(arguments or "{}")
        except ValueError as error:
            return f"Error: the arguments are not valid JSON: {error}"
        if not isinstance(values, dict):
            return "Error: the arguments are not a JSON object"

        # Your function may fail for reasons of its own.
        try:
            return str(self._functions[name](**values))
        except Exception as error:  # noqa: BLE001
            return f"Error: {type(error).__name__}: {error}"
