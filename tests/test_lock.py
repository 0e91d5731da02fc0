"""One run at a time in a folder, or with a file."""

from __future__ import annotations

import math
import threading
from pathlib import Path

import pytest

from scaffold.lock import locked


@pytest.mark.parametrize("name", ["", "file"], ids=["a folder", "a file"])
def test_a_second_run_waits_for_the_first_and_says_so_once(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    said: list[str] = []
    waits = threading.Event()
    held: list[str] = []

    def second() -> None:
        def say() -> None:
            said.append("waiting")
            waits.set()

        with locked(tmp_path / name, patience=math.inf, say_waiting=say) as lock:
            held.append(lock)

    with locked(tmp_path / name) as first:
        with locked(tmp_path / name) as lock:
            assert (first, lock) == ("held", "busy")
        thread = threading.Thread(target=second)
        thread.start()
        assert waits.wait(60)
        assert not held
    thread.join(60)

    assert (held, said) == (["held"], ["waiting"])
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_file_and_its_folder_do_not_lock_each_other(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with locked(tmp_path) as folder, locked(tmp_path / "file") as file:
        assert (folder, file) == ("held", "held")


def test_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), locked(tmp_path / "no such"):
        pass
