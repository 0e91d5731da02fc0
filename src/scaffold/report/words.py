"""How a number, a time and a run are said in every report."""

from __future__ import annotations

from scaffold.catalogue.records import Lifecycle, Run


def describe_run(run: Run | None) -> str:
    """Says when something was last run, and with which packages."""
    if run is None:
        return "never recorded"
    packages = (f"{name} {' and '.join(each)}" for name, each in run.packages.items())
    return f"{run.date}, with {', '.join(packages)}"


def since(lifecycle: Lifecycle) -> str:
    """Says where something stands in time."""
    return f"{lifecycle.state} since {lifecycle.since}" if lifecycle.since else lifecycle.state


def count(number: int, noun: str) -> str:
    """Says how many there are of something."""
    return f"{number} {noun}" + ("" if number == 1 else "s")
