"""The functions of this sample: put your own beside them, or in their place."""

import functools
from collections.abc import Callable
from datetime import datetime

from function_factory import FunctionFactory

# The sample's main module hands this to the helper.
factory = FunctionFactory()


def ignore_args_decorator(func: Callable[[], str]) -> Callable[..., str]:
    """Lets a function that takes nothing be called with whatever the model sends."""

    @functools.wraps(func)
    def wrapper(*_args: object, **_kwargs: object) -> str:
        return func()

    return wrapper


@ignore_args_decorator
def get_current_date() -> str:
    """Tells the date here, such as 2026-11-20."""
    return datetime.now().astimezone().strftime("%Y-%m-%d")


@ignore_args_decorator
def get_current_time() -> str:
    """Tells the time here, such as 14:05."""
    return datetime.now().astimezone().strftime("%H:%M")


def get_current_weather(location: str, unit: str = "fahrenheit") -> str:
    """Stands for a weather service: it is always the same weather."""
    return f"The weather in {location} is 72 degrees and sunny ({unit})."


# Each schema says what its function does and what it takes: the model reads it to decide.
factory.add_function(
    {
        "name": "get_current_date",
        "description": "Get the current date",
        "parameters": {"type": "object", "properties": {}},
    },
    get_current_date,
)
factory.add_function(
    {
        "name": "get_current_time",
        "description": "Get the current time",
        "parameters": {"type": "object", "properties": {}},
    },
    get_current_time,
)
factory.add_function(
    {
        "name": "get_current_weather",
        "description": "Get the current weather in a given location",
        "parameters": {
            "type": "object",
            "properties": {
                "location": {
                    "type": "string",
                    "description": "The city and state, e.g. San Francisco, CA",
                },
                "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
            },
            "required": ["location"],
        },
    },
    get_current_weather,
)
