"""The page of the web sample in a real browser, and what its server refuses."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from browsers import BROWSER_PATIENCE
from conftest import COMMAND, Project
from conversations import OFFLINE
from playwright.sync_api import Browser, Page, expect
from waiting import PATIENCE, wait_for

from scaffold.endpoint import Endpoint
from scaffold.running.runner import offline_environ
from scaffold.running.webpage import find_address

SAMPLE = Project("openai-chat-webpage", "openai")
# What an answer is that does all that a model, or a page that it has read, can try.
HOSTILE = """Look: <img src=x onerror="document.title='hit'"> <script>document.title='hit'</script>

[run](javascript:document.title='hit') [data](data:text/html,hit) ![seen](http://127.0.0.2:9/a.png)

- <b>bold</b> `<i>code</i>` "quoted" [site](https://example.com/?a=1&b=2)

```html
<script>document.title='hit'</script>
```
"""
MARKDOWN = """# Title

Some **bold**, *italic*, ~~struck~~ and `code`; snake_case_name, 2 * 3 * 4.
A second line.

3. Three
   - nested

   more of three
4. Four

| a | b |
| --- | --- |
| 1 | `x` \\| y |

> quoted

---

```python
print("no end yet")
"""
FIXTURES = [
    {"match": {"userMessage": "hostile"}, "response": {"content": HOSTILE}, "chunkSize": 3},
    {"match": {"userMessage": "markdown"}, "response": {"content": MARKDOWN}, "chunkSize": 2},
    {"match": {"userMessage": "404"}, "response": {"error": {"message": "Gone."}, "status": 404}},
    {
        "match": {"userMessage": "stall"},
        "response": {"content": "It begins, and then nothing more."},
        "chunkSize": 4,
        "scaffold": {"fault": "stall", "afterChunks": 3},
    },
    {
        "match": {"userMessage": "long"},
        "response": {"content": "word "},
        "chunkSize": 5,
        "scaffold": {"fault": "repeat", "times": 4_000},
    },
]


@contextmanager
def started(folder: Path, environ: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """Starts the sample; gives its address and its process, which is ended by Ctrl-C."""
    command = [sys.executable, "-W", "error", "main.py", "--port", "0"]
    process = subprocess.Popen(
        command, cwd=folder, env=dict(environ), stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        address = find_address(process.stdout.readline())
        assert address is not None
        yield address, process
    finally:
        process.send_signal(signal.SIGINT if os.name != "nt" else signal.SIGTERM)
        process.communicate(timeout=PATIENCE)


@pytest.fixture(scope="module")
def service() -> Iterator[Endpoint]:
    """What the sample talks to."""
    with Endpoint(script={"fixtures": FIXTURES}) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def address(service: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the sample's page is."""
    folder = SAMPLE.write(tmp_path_factory.mktemp("webpage"))
    with started(folder, offline_environ(os.environ, service.variables("openai"))) as (address, _):
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The page, as wide as a phone; it complains of nothing, and asks no other machine."""
    context = browser.new_context(viewport={"width": 390, "height": 700}, base_url=address)
    context.set_default_timeout(BROWSER_PATIENCE)
    expect.set_options(timeout=BROWSER_PATIENCE)
    said: list[str] = []
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.on("console", lambda message: said.append(message.text))
    context.on("weberror", lambda error: said.append(str(error.error)))
    page = context.new_page()
    page.goto("/")
    yield page
    wide = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert wide <= 390
    assert [line for line in said if "Failed to load resource" not in line] == []
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(address).netloc}


def say(page: Page, text: str) -> None:
    """Types a message, and sends it with Enter."""
    page.get_by_label("Your message").fill(text)
    page.keyboard.press("Enter")


def test_it_streams_and_remembers_each_tab_by_itself(page: Page) -> None:
    say(page, "Hello")
    answers = page.locator(".answer .text")
    expect(answers).to_have_text([f'{OFFLINE} You said: "Hello".'])
    say(page, "What did I say?")
    expect(answers.last).to_contain_text("I remember 2 earlier messages.")

    other = page.context.new_page()
    other.goto("/")
    say(other, "Hello again")
    expect(other.locator(".answer .text")).to_have_text([f'{OFFLINE} You said: "Hello again".'])

    page.get_by_role("button", name="New conversation").click()
    expect(answers).to_have_count(0)
    say(page, "Anew")
    expect(answers).to_have_text([f'{OFFLINE} You said: "Anew".'])


def test_it_stops_and_tries_again_by_keyboard_alone(page: Page, service: Endpoint) -> None:
    known = len(service.journal)
    say(page, "stall")
    answer = page.locator(".answer").last
    # Pieces are there while the answer has not ended: it is streamed.
    expect(answer.locator(".text")).to_contain_text("It begin")
    expect(page.get_by_role("button", name="Send")).to_be_hidden()
    assert len(service.journal) == known
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Stop")).to_be_focused()
    page.keyboard.press("Enter")
    expect(answer.get_by_role("alert")).to_have_text("Stopped.")
    wait_for(lambda: len(service.journal) == known + 1)  # it is asked no more

    expect(page.get_by_label("Your message")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Try again")).to_be_focused()
    page.keyboard.press("Enter")
    expect(answer.get_by_role("alert")).to_be_hidden()
    expect(answer.locator(".text")).to_contain_text("It begin")
    page.keyboard.press("Escape")
    expect(answer.get_by_role("alert")).to_have_text("Stopped.")
    wait_for(lambda: len(service.journal) == known + 2)
    # It was asked the same once more, and nothing of the first answer.
    asked = [service.journal[known + number]["body"]["messages"] for number in (0, 1)]
    assert asked[0] == asked[1]

    say(page, "And now?")
    expect(page.locator(".answer .text").last).to_contain_text("I remember 2 earlier messages.")


def test_an_error_is_one_line_and_forgotten(page: Page, service: Endpoint) -> None:
    say(page, "404")
    note = page.locator(".answer").last.get_by_role("alert")
    expect(note).to_have_text("The sample encountered an error: Error code: 404 - Gone.")
    say(page, "Hello")
    expect(page.locator(".answer .text").last).to_have_text(f'{OFFLINE} You said: "Hello".')
    expect(page.get_by_role("button", name="Try again")).to_have_count(1)

    # A paste that went wrong is in the field again.
    known = len(service.journal)
    pasted = "word " * 30_000
    say(page, pasted)
    expect(page.locator("#refusal")).to_have_text(
        "That is too long: 149,999 characters, at most 100,000 go."
    )
    assert page.get_by_label("Your message").input_value() == pasted.strip()
    assert len(service.journal) == known
    say(page, "And now?")
    expect(page.locator("#refusal")).to_be_hidden()
    expect(page.locator(".answer .text").last).to_contain_text("I remember 2 earlier messages.")


def test_nothing_that_is_written_is_html(page: Page) -> None:
    hostile = "hostile <img src=x onerror=\"document.title='hit'\"> **plain**"
    say(page, hostile)
    answer = page.locator(".answer .text").last
    expect(answer.locator("pre")).to_have_text("<script>document.title='hit'</script>")

    expect(page.locator(".question .text")).to_have_text(hostile)
    assert page.title() == "Chat"
    text = answer.inner_text()
    assert "<img src=x onerror=\"document.title='hit'\">" in text
    assert "<b>bold</b> <i>code</i>" in text
    tags = answer.evaluate("e => [...e.querySelectorAll('*')].map(e => e.tagName)")
    assert {*tags} <= {"P", "UL", "LI", "CODE", "PRE", "A"}
    links = answer.evaluate("e => [...e.querySelectorAll('a')].map(a => [a.href, a.rel])")
    assert links == [
        ["http://127.0.0.2:9/a.png", "noopener noreferrer"],
        ["https://example.com/?a=1&b=2", "noopener noreferrer"],
    ]


def test_markdown_is_shown_while_it_grows(page: Page) -> None:
    say(page, "markdown")
    answer = page.locator(".answer .text").last
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    expect(answer.locator("pre")).to_have_text('print("no end yet")')

    html = re.sub(r' (tabindex|role|aria-label)="[^"]*"', "", answer.inner_html())
    assert html == (
        "<h3>Title</h3><p>Some <strong>bold</strong>, <em>italic</em>, <del>struck</del> and "
        "<code>code</code>; snake_case_name, 2 * 3 * 4.<br>A second line.</p>"
        '<ol start="3"><li>Three<ul><li>nested</li></ul><p>more of three</p></li>'
        "<li>Four</li></ol>"
        '<div class="table"><table><thead><tr><th>a</th><th>b</th></tr></thead>'
        "<tbody><tr><td>1</td><td><code>x</code> | y</td></tr></tbody></table></div>"
        "<blockquote><p>quoted</p></blockquote><hr>"
        '<pre><code>print("no end yet")\n</code></pre>'
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page: Page, scheme: Any) -> None:
    axe = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    page.emulate_media(color_scheme=scheme)
    for message, alert in (("markdown", ""), ("404", "The sample encountered"), ("stall", "")):
        say(page, message)
        expect(page.locator(".answer").last).to_contain_text(alert or "Some bold" if alert else "")
        if message != "stall":
            expect(page.get_by_role("button", name="Send")).to_be_visible()
    page.evaluate(axe)
    result = page.evaluate("axe.run({ resultTypes: ['violations'] })")
    serious = [each for each in result["violations"] if each["impact"] in ("serious", "critical")]
    assert [(each["id"], each["nodes"][0]["html"]) for each in serious] == []


def test_a_long_answer_in_small_pieces_is_shown_whole(page: Page) -> None:
    say(page, "long")
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    assert page.locator(".answer .text").last.inner_text() == ("word " * 4_000).strip()


def test_the_service_is_asked_no_more_when_the_tab_is_closed(
    browser: Browser, address: str, service: Endpoint
) -> None:
    known = len(service.journal)
    page = browser.new_page(base_url=address)
    page.goto("/")
    say(page, "stall")
    expect(page.locator(".answer .text")).to_contain_text("It begin")
    assert len(service.journal) == known
    page.close()
    wait_for(lambda: len(service.journal) == known + 1)


def ask(address: str, message: str = "Hello", **headers: str) -> tuple[int, str]:
    """Asks as some program does, and gives the status and the body."""
    connection = HTTPConnection(urlsplit(address).netloc)
    body = json.dumps({"messages": [{"role": "user", "content": message}]})
    connection.request("POST", "/chat", body, {"Content-Type": "application/json", **headers})
    response = connection.getresponse()
    answer = response.read().decode()
    connection.close()
    return response.status, answer


def test_a_message_of_a_megabyte_is_refused_in_one_line(address: str) -> None:
    assert ask(address, "x" * 1_000_000) == (
        413,
        '{"detail":"That is too long: 1,000,000 characters, at most 100,000 go."}',
    )


def test_other_sites_cannot_use_it(address: str, service: Endpoint) -> None:
    known = len(service.journal)
    for origin in ("https://evil.example", "http://127.0.0.1:1", "null"):
        assert ask(address, Origin=origin) == (
            403,
            '{"detail":"Only the sample\'s own page may ask."}',
        )
    # A name of theirs that leads here.
    status, _ = ask(address, Host="evil.example", Origin="http://evil.example")
    assert status == 400
    assert len(service.journal) == known
    assert ask(address)[0] == ask(address, Origin=address)[0] == 200


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent as POSIX does")
def test_run_starts_it_and_ctrl_c_ends_it_in_mid_stream(tmp_path: Path) -> None:
    folder = SAMPLE.write(tmp_path / "project")
    # Nothing is installed: an environment with the tests' own packages stands for it.
    (folder / "requirements.txt").write_text("")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / ".venv"], check=True)
    packages = next((folder / ".venv").rglob("site-packages"))
    (packages / "tests.pth").write_text("\n".join(each for each in sys.path if each))
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"fixtures": FIXTURES}), "utf-8")
    with subprocess.Popen(
        [COMMAND, "run", str(folder), "--script", str(script), "--", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stdout is not None
        address = find_address(running.stdout.readline())
        assert address is not None
        connection = HTTPConnection(urlsplit(address).netloc)
        body = json.dumps({"messages": [{"role": "user", "content": "stall"}]})
        connection.request("POST", "/chat", body, {"Content-Type": "application/json"})
        connection.getresponse().readline()
        os.killpg(running.pid, signal.SIGINT)
        stdout, stderr = running.communicate(timeout=PATIENCE)
        connection.close()

    assert stdout == "\nThe page is closed.\n"
    assert "Traceback" not in stderr
    assert "rror" not in stderr
    assert running.returncode == 130


def test_a_port_that_is_taken_is_one_line(tmp_path: Path, service: Endpoint) -> None:
    folder = SAMPLE.write(tmp_path / "project")
    environ = offline_environ(os.environ, service.variables("openai"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for port in (taken.getsockname()[1], 70_000):
            ended = subprocess.run(
                [sys.executable, "main.py", "--port", str(port)],
                cwd=folder,
                env=environ,
                capture_output=True,
                text=True,
                check=False,
            )
            assert ended.stdout == ""
            assert re.fullmatch(
                rf"Port {port} can't be used \(.+\); choose another, as in: "
                r"python main\.py --port 8123\n",
                ended.stderr,
            )
            assert ended.returncode == 1
