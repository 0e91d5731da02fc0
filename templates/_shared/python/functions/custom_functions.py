"""The functions of this sample: put your own beside them, or in their place."""

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from function_factory import FunctionFactory

# The sample's main module hands this to the helper. The model may call each function
# below `@factory.function`: it reads its name, docstring and types to decide.
factory = FunctionFactory()


def ignore_args_decorator(func: Callable[[], str]) -> Callable[..., str]:
    """Lets a function that takes nothing be called with whatever the model sends."""

    @functools.wraps(func)
    def wrapper(*_args: object, **_kwargs: object) -> str:
        return func()

    return wrapper


@factory.function
@ignore_args_decorator
def get_current_date() -> str:
    """Get the current date."""
    return datetime.now().astimezone().strftime("%Y-%m-%d")


@factory.function
@ignore_args_decorator
def get_current_time() -> str:
    """Get the current time."""
    return datetime.now().astimezone().strftime("%H:%M")


@factory.function
def get_current_weather(
    location: Annotated[
        str, Field(description="The city and state, e.g. San Francisco, CA")
    ],
    unit: Literal["celsius", "fahrenheit"] = "fahrenheit",
) -> str:
    """Get the current weather in a given location."""
    # It stands for a weather service: it is always the same weather.
    return f"The weather in {location} is 72 degrees and sunny ({unit})."
