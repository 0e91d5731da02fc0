"""What is no service's but the endpoint's own: its journal, and whether it answers.

It needs no key, and has none.
"""

from __future__ import annotations

from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.http.surfaces import CONTROL


def read_journal(call: Call) -> HttpResponse:
    """Return what has been asked, oldest first."""
    return HttpResponse(call.state.journal.text.encode())


def clear_journal(call: Call) -> HttpResponse:
    """Forget it."""
    return HttpResponse({"deleted": call.state.journal.clear()})


def tell_health(_: Call) -> HttpResponse:
    """Say that it answers, to whoever has to know whether it does."""
    return HttpResponse({"status": "ok"})


OPERATIONS = (
    Operation("GET", "/health", tell_health, (CONTROL,)),
    Operation("GET", "/journal", read_journal, (CONTROL,)),
    Operation("DELETE", "/journal", clear_journal, (CONTROL,)),
)
