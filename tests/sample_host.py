"""Runs samples one after the other, each in a process of its own with the SDKs imported already.

Importing an SDK takes longer than all that a sample does, and the tests run hundreds. So this
imports them once and forks for each: what runs is the sample's `main.py`, unchanged, with its own
environment, folder, input and output, and the interpreter's real end.

    python -W error sample_host.py SOCKET [BASE_URL]

It goes to the background once SOCKET can be connected to. Each connection gets a process of its
own, which says its number first; when the last one is gone, all ends.

With the address of an endpoint, what the SDK prepares when it is first used is prepared once, too,
the SDKs hardly wait before they try again and read no certificates, and a child ends after the
sample's last line: that takes a quarter of the time, and leaves out only waiting, certificates that
nobody shows here, and what an interpreter does in the end.

Each line on a connection is a request in JSON (folder, environ, arguments, and the paths of files
for stdin, stdout and stderr); the answer is the number of the process that it has become, and when
that has ended its exit code, or minus the signal that ended it.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import runpy
import select
import socket
import ssl
import sys
import time
import traceback
import warnings
from pathlib import Path
from typing import Any

PRELOADED = (
    "apsw",
    "openai",
    "openai.lib.streaming",
    "openai.types.beta.threads",
    "openai.types.responses",
    "azure.identity",
    "azure.search.documents",
    "requests",
    "sseclient",
    "agents",
    "fastapi",
    "pypdf",
    "uvicorn",
)

# In seconds: how long it waits for a connection when there is none.
GRACE = 20.0

# In seconds: how long an SDK waits at most before it tries again.
SOON = 0.02


def warm_up(base_url: str) -> None:
    """Has the SDK import and build what it puts off until it is used."""
    import openai

    openai.AzureOpenAI(azure_endpoint=base_url, api_key="any", api_version="any").close()
    with openai.OpenAI(base_url=base_url, api_key="any") as client:
        model = client.models.list().data[0].id
        chat: Any = {"model": model, "messages": [{"role": "user", "content": "Hello"}]}
        client.chat.completions.create(**chat)
        list(client.chat.completions.create(**chat, stream=True))
        asked: Any = {"model": model, "input": [{"role": "user", "content": "Hello"}]}
        list(client.responses.create(**asked, stream=True))
        with client.responses.stream(**asked) as response:
            response.until_done()
        client.conversations.items.list(client.conversations.create().id)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # Assistants are
            assistant = client.beta.assistants.create(model=model)
            thread = client.beta.threads.create(messages=[{"role": "user", "content": "Hello"}])
            with client.beta.threads.runs.stream(
                thread_id=thread.id, assistant_id=assistant.id
            ) as run:
                run.until_done()
            list(client.beta.threads.messages.list(thread.id))


def hurry() -> None:
    """Has the SDKs hardly wait between their tries, and read no file of certificates.

    How often they try stays as it is, and what a service says in `Retry-After` is waited for.
    """
    for module, name in (
        ("openai._base_client", "MAX_RETRY_DELAY"),
        ("azure.core.pipeline.policies.RetryPolicy", "BACKOFF_MAX"),
        ("azure.core.pipeline.policies.AsyncRetryPolicy", "BACKOFF_MAX"),
    ):
        with contextlib.suppress(ImportError):
            holder = pkgutil.resolve_name(module)
            getattr(holder, name)  # or else an SDK has another name for it by now
            setattr(holder, name, SOON)
    # Each client reads them all, which takes half the time of a run. The endpoint speaks http.
    read_nothing: Any = lambda *_, **__: None  # noqa: E731
    ssl.SSLContext.load_verify_locations = read_nothing  # type: ignore[method-assign]
    ssl.SSLContext.set_default_verify_paths = read_nothing  # type: ignore[method-assign]


def become(request: dict[str, Any]) -> None:
    """Turns this process into one that was started for a sample."""
    os.environ.clear()
    os.environ.update(request["environ"])
    os.chdir(request["folder"])
    for descriptor, name, flags in (
        (0, "stdin", os.O_RDONLY),
        (1, "stdout", os.O_WRONLY),
        (2, "stderr", os.O_WRONLY),
    ):
        opened = os.open(request[name], flags)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.path[0] = request["folder"]
    sys.argv = ["main.py", *request["arguments"]]


def listen(path: Path) -> socket.socket:
    """Waits for connections; returns each, in a process of its own. Exits when all are gone."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    if os.fork():
        os._exit(0)
    children: set[int] = set()
    idle = time.monotonic()
    while children or time.monotonic() - idle < GRACE:
        if select.select([listener], [], [], 0.5)[0]:
            connection, _ = listener.accept()
            child = os.fork()
            if not child:
                listener.close()
                os.setsid()
                return connection
            connection.close()
            children.add(child)
        children = {child for child in children if not os.waitpid(child, os.WNOHANG)[0]}
        idle = time.monotonic() if children else idle
    path.unlink(missing_ok=True)
    Path(f"{path}.lock").unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        path.parent.rmdir()
    os._exit(0)


def main() -> None:
    """Answers requests until the other end goes away; in a child, returns to run the sample."""
    for name in PRELOADED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    if len(sys.argv) > 2:
        warm_up(sys.argv[2])
        hurry()
    # At its end a child looks for garbage among its own objects alone.
    gc.collect()
    gc.freeze()
    with (
        listen(Path(sys.argv[1])) as connection,
        connection.makefile("rw", encoding="utf-8") as lines,
    ):
        lines.write(f"{os.getpid()}\n")
        lines.flush()
        for line in lines:
            child = os.fork()
            if not child:
                become(json.loads(line))
                break
            lines.write(f"{child}\n")
            lines.flush()
            _, status = os.waitpid(child, 0)
            lines.write(f"{os.waitstatus_to_exitcode(status)}\n")
            lines.flush()
        else:
            sys.exit()


def run_to_the_last_line() -> int:
    """Runs the sample, and gives its exit code."""
    try:
        runpy.run_path("main.py", run_name="__main__")
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    except BaseException:  # noqa: BLE001 (as an interpreter does)
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    to_the_last_line = len(sys.argv) > 2
    main()
    if to_the_last_line:
        code = run_to_the_last_line()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    runpy.run_path("main.py", run_name="__main__")
