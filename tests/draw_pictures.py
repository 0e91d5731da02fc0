"""Draws the README's pictures of a terminal, from a real run of the program.

    python tests/draw_pictures.py [DIR]

A shell at a pseudo-terminal is typed the commands of each scene, and what its screen then shows is
written to `docs/images/terminal-*.svg`, or to another folder. The fonts are the reader's own, and
the picture follows the reader from light to dark. It is the same bytes every time: of what a run
prints, only the endpoint's port is another one each time, and the pictures say 8080.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from screens import Terminal

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
COLUMNS, LINES = 100, 40
SAMPLE = "openai-chat-streaming"
# A cell of the terminal, and the space around all of them.
WIDTH, HEIGHT, MARGIN = 8.4, 20, 16

STYLE = """
rect { fill: #f6f8fa; stroke: #d0d7de }
text { fill: #1f2328; font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
.typed { fill: #0a5cc4; font-weight: bold }
@media (prefers-color-scheme: dark) {
  rect { fill: #161b22; stroke: #3d444d }
  text { fill: #e6edf3 }
  .typed { fill: #79b8ff }
}
@media (prefers-reduced-motion: no-preference) {
  .piece { animation: come 1ms both }
  @keyframes come { from { fill-opacity: 0 } }
}
"""


@dataclass(frozen=True)
class Scene:
    """What a picture shows.

    Attributes:
        name: its file is `terminal-NAME.svg`.
        title: what it is, for who can't see it.
        steps: what is typed, and what is then waited for, in turn.
    """

    name: str
    title: str
    steps: Sequence[tuple[str, str]]


# The end of a command is seen by the next prompt: the first one is on the screen's first line.
PROMPT = "\n$"
SCENES = (
    Scene(
        "list",
        "scaffold list functions shows the samples whose names have it",
        [("scaffold list functions", PROMPT)],
    ),
    Scene(
        "new",
        "scaffold new writes a sample and tells what to type next",
        [(f"scaffold new {SAMPLE} --python", PROMPT)],
    ),
    Scene(
        "run",
        "scaffold run talks with the sample offline, and the answer is streamed",
        [
            (f"cd {SAMPLE}-py && scaffold run", "User:"),
            ("What can you do?", "\n\nUser:"),
            ("exit", PROMPT),
        ],
    ),
)


def draw_pictures(images: Path) -> None:
    """Plays every scene, and writes its picture.

    Args:
        images: the folder for them.
    """
    images.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for scene in SCENES:
            if scene.name == "run":
                make_ready(folder / f"{SAMPLE}-py")
            screen = play(scene, folder)
            (images / f"terminal-{scene.name}.svg").write_text(
                picture(scene, screen), "utf-8", newline="\n"
            )


def make_ready(project: Path) -> None:
    """Gives the sample packages that are here already, so that none is installed in the picture."""
    import openai

    venv = project / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    packages = next(venv.rglob("site-packages"))
    (packages / "here.pth").write_text(str(Path(openai.__file__).parents[1]))
    command = [sys.executable, "-m", "scaffold", "run", str(project)]
    subprocess.run(command, input="", text=True, capture_output=True, check=True)


def play(scene: Scene, folder: Path) -> list[str]:
    """Types a scene's commands at a shell, and gives the lines of the screen."""
    environ = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PS1": "$ ",
        "LC_ALL": "C.UTF-8",
        # On a Mac it would begin with advice to use another shell.
        "BASH_SILENCE_DEPRECATION_WARNING": "1",
    }
    terminal = Terminal(
        # Its own prompt, and no line editor that would draw what is typed.
        ["bash", "--norc", "--noprofile", "--noediting"],
        cwd=folder,
        env=environ,
        columns=COLUMNS,
        lines=LINES,
    )
    terminal.wait_for("$")
    for typed, awaited in scene.steps:
        terminal.type(f"{typed}\n")
        screen = terminal.wait_for(awaited)
    terminal.type("exit\n")
    terminal.end()
    return [re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8080", line) for line in screen[:-1]]


def picture(scene: Scene, screen: Sequence[str]) -> str:
    """Draws a screen as SVG."""
    width, height = COLUMNS * WIDTH + 2 * MARGIN, len(screen) * HEIGHT + 2 * MARGIN
    rows = "\n".join(
        f'<text x="{MARGIN}" y="{MARGIN + row * HEIGHT + 15}" xml:space="preserve"'
        f' textLength="{len(line) * WIDTH:.1f}">{marked(line)}</text>'
        for row, line in enumerate(screen)
        if line
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height}"'
        f' width="{width:g}" height="{height}" role="img" aria-labelledby="title text">\n'
        f'<title id="title">{escape(scene.title)}</title>\n'
        f'<desc id="text">{escape(chr(10).join(screen))}</desc>\n'
        f"<style>{STYLE}</style>\n"
        f'<rect x="0.5" y="0.5" width="{width - 1:g}" height="{height - 1}" rx="8"/>\n'
        f"{rows}\n</svg>\n"
    )


def marked(line: str) -> str:
    """Marks in a line what was typed, and makes an answer appear word by word, as it came."""
    for prompt in ("$ ", "User: "):
        if line.startswith(prompt):
            typed = escape(line.removeprefix(prompt))
            return f'{prompt}<tspan class="typed">{typed}</tspan>'
    if not line.startswith("Assistant: "):
        return escape(line)
    words = re.findall(r"\S+\s*", line.removeprefix("Assistant: "))
    pieces = [
        f'<tspan class="piece" style="animation-delay: {delay}ms">{escape(word)}</tspan>'
        for delay, word in zip(range(800, 8000, 80), words, strict=False)
    ]
    return f"Assistant: {''.join(pieces)}"


if __name__ == "__main__":
    draw_pictures(Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES)
