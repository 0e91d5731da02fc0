"""What is no service's but the endpoint's own: its journal. It needs no key, and has none."""

from __future__ import annotations

from scaffold.endpoint.http.calls import CONTROL, Call, Operation, Reply


def read_journal(call: Call) -> Reply:
    """What has been asked, oldest first."""
    return Reply(call.state.journal.text.encode())


def clear_journal(call: Call) -> Reply:
    """Forget it."""
    return Reply({"deleted": call.state.journal.clear()})


OPERATIONS = (
    Operation("GET", "/journal", read_journal, (CONTROL,)),
    Operation("DELETE", "/journal", clear_journal, (CONTROL,)),
)
