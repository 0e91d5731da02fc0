"""Runs samples one after the other, each in a process of its own with the SDKs imported already.

Importing an SDK takes longer than all that a sample does, and the tests run hundreds. So this
imports them once and forks for each: what runs is the sample's `main.py`, unchanged, with its own
environment, folder, input and output, and the interpreter's real end.

    python -W error sample_host.py SOCKET

Each line on the socket is a request in JSON (folder, environ, arguments, and the paths of files for
stdin, stdout and stderr); the answer is the exit code, or minus the signal that ended it.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import runpy
import socket
import sys
from typing import Any

PRELOADED = (
    "openai",
    "openai.lib.streaming",
    "openai.types.beta.threads",
    "openai.types.responses",
    "azure.identity",
    "azure.search.documents",
    "requests",
    "sseclient",
)


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


def main() -> None:
    """Answers requests until the other end goes away; in a child, returns to run the sample."""
    for name in PRELOADED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    # At its end a child looks for garbage among its own objects alone.
    gc.collect()
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(sys.argv[1])
        with connection.makefile("rw", encoding="utf-8") as lines:
            for line in lines:
                child = os.fork()
                if not child:
                    become(json.loads(line))
                    break
                _, status = os.waitpid(child, 0)
                lines.write(f"{os.waitstatus_to_exitcode(status)}\n")
                lines.flush()
            else:
                sys.exit()


if __name__ == "__main__":
    main()
    runpy.run_path("main.py", run_name="__main__")
