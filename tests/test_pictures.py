"""The README's pictures of a terminal show what the program prints today."""

from __future__ import annotations

import os
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from draw_pictures import IMAGES, ROOT, SCENES, draw_pictures

NAMES = [f"terminal-{scene.name}.svg" for scene in SCENES]


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_they_are_up_to_date(tmp_path: Path) -> None:
    draw_pictures(tmp_path)
    outdated = [
        name for name in NAMES if (tmp_path / name).read_bytes() != (IMAGES / name).read_bytes()
    ]
    assert outdated == [], "draw them again: python tests/draw_pictures.py"


@pytest.mark.parametrize("name", NAMES)
def test_they_are_shown_told_and_fetch_nothing(name: str) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert re.search(rf"!\[[^\]]{{20,}}\]\(docs/images/{name}\)", readme)
    drawing = (IMAGES / name).read_text("utf-8")
    told = {element.tag.partition("}")[2]: element.text for element in ET.fromstring(drawing)}
    assert told["title"]
    assert told["desc"]
    # The only address is the name of the SVG namespace, which nothing fetches.
    assert set(re.findall(r"(?:https?:)?//[\w.]+", drawing)) <= {
        "http://www.w3.org",
        "http://127.0.0.1",
    }
    assert "@import" not in drawing
    assert "url(" not in drawing
