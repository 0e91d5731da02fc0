"""The site: what its builder does to pages, and how the whole is in a real browser."""

from __future__ import annotations

import functools
import http.server
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from browsers import BROWSER_PATIENCE, find_browser
from build_site import ROOT, SiteError, broken_links, build, relink, split_console
from conftest import CATALOGUE
from filelock import FileLock
from playwright.sync_api import Browser, Locator, Page, expect
from waiting import PATIENCE

NAMES = [name for name in CATALOGUE.names if CATALOGUE.get(name).languages]
RETIRED = [name for name in NAMES if CATALOGUE.get(name).lifecycle.state == "retired"]
CATALOGUE_PAGE = "catalogue/"
SAMPLE = "openai-chat-streaming-with-data"
SAMPLE_PAGE = f"samples/{SAMPLE}-py/"

expect.set_options(timeout=BROWSER_PATIENCE)

buildable = pytest.mark.skipif(sys.version_info < (3, 11), reason="Zensical needs Python 3.11")


@pytest.fixture(scope="session")
def site(shared: Path, pages: Path) -> Path:
    """The site, built once for all workers by the documented command."""
    folder = shared / "site"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            command = [sys.executable, "docs/build_site.py", str(folder), str(pages)]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where the site is served."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *arguments: Any) -> None:
            pass

    class Patient(http.server.ThreadingHTTPServer):
        request_queue_size = 100

    handler = functools.partial(Quiet, directory=str(site))
    with Patient(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


# One for all tests: in another, the browser would begin with a process, and compile all scripts.
@pytest.fixture(scope="module")
def tab(browser: Browser, address: str) -> Iterator[Page]:
    """A page of the browser."""
    with browser.new_context(base_url=address) as context:
        context.set_default_timeout(BROWSER_PATIENCE)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
        yield context.new_page()


@pytest.fixture
def page(tab: Page, address: str) -> Iterator[Page]:
    """An empty page without a past, which complains of nothing and asks no other machine."""
    said: list[tuple[str, str]] = []
    asked: list[str] = []
    answered: list[tuple[int, str]] = []
    listening: dict[str, Callable[[Any], None]] = {
        "request": lambda request: asked.append(request.url),
        "response": lambda answer: answered.append((answer.status, answer.url)),
        "console": lambda message: said.append((message.type, message.text)),
        "pageerror": lambda error: said.append(("error", str(error))),
    }
    tab.goto("about:blank")
    tab.set_viewport_size({"width": 1280, "height": 720})
    tab.emulate_media(color_scheme="light")
    for event, listen in listening.items():
        tab.on(event, listen)  # type: ignore[call-overload]
    yield tab
    tab.evaluate("localStorage.clear(); sessionStorage.clear()")
    for event, listen in listening.items():
        tab.remove_listener(event, listen)
    assert [message for message in said if message[0] in ("error", "warning")] == []
    assert [answer for answer in answered if answer[0] >= 400] == []
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(address).netloc}


def shown(page: Page) -> list[str]:
    """The samples that the catalogue shows."""
    return page.locator(".catalogue > li:visible p > code").all_inner_texts()


def counted(page: Page, count: int) -> None:
    expect(page.get_by_role("status").filter(has_text="samples")).to_have_text(
        f"{count} of {len(NAMES)} samples"
    )


@buildable
def test_the_catalogue_is_filtered(page: Page) -> None:
    page.goto(CATALOGUE_PAGE)
    counted(page, len(NAMES))
    assert sorted(shown(page)) == sorted(NAMES)

    page.get_by_role("searchbox").fill("AI search OWN")
    counted(page, 1)
    assert shown(page) == [SAMPLE]
    page.get_by_role("button", name="Clear").click()
    counted(page, len(NAMES))

    for label, option, kept in (
        ("Tag", "rag", [each for each in NAMES if "rag" in CATALOGUE.get(each).tags]),
        (
            "Provider",
            "openai",
            [name for name in NAMES if "openai" in CATALOGUE.get(name).providers],
        ),
        ("Lifecycle", "retired", RETIRED),
    ):
        page.get_by_label(label, exact=True).select_option(option)
        counted(page, len(kept))
        assert sorted(shown(page)) == sorted(kept)
        page.get_by_label(label, exact=True).select_option("")

    page.get_by_role("searchbox").fill("no sample has this")
    counted(page, 0)


@buildable
def test_the_address_keeps_what_was_chosen(page: Page) -> None:
    page.goto(CATALOGUE_PAGE)
    page.get_by_label("Lifecycle", exact=True).select_option("retired")
    counted(page, len(RETIRED))
    page.reload()
    expect(page.get_by_label("Lifecycle", exact=True)).to_have_value("retired")
    counted(page, len(RETIRED))


@buildable
def test_each_sample_tells_its_last_run_and_leads_to_its_page(page: Page) -> None:
    page.goto(CATALOGUE_PAGE)
    sample = page.locator(".catalogue > li", has=page.get_by_text(SAMPLE, exact=True))
    run = CATALOGUE.last_run(SAMPLE)
    assert run is not None
    expect(sample).to_contain_text(str(run.date))
    for name, versions in run.packages.items():
        expect(sample).to_contain_text(f"{name} {' and '.join(versions)}")
    sample.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(CATALOGUE.get(SAMPLE).title)


@buildable
def test_without_javascript_all_samples_are_listed(browser: Browser, address: str) -> None:
    with browser.new_context(base_url=address, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(CATALOGUE_PAGE)
        assert len(shown(page)) == len(NAMES)
        expect(page.locator(".catalogue-filters")).to_be_hidden()


@buildable
def test_the_search_finds_citations(page: Page) -> None:
    page.goto("")
    box = page.get_by_role("combobox")
    # Whatever listens to the keys may come after the page.
    for _ in range(PATIENCE):
        page.keyboard.press("Control+k")
        with suppress(AssertionError):
            expect(box).to_be_visible(timeout=1000)
            break
    box.fill("citations")
    found = page.get_by_role("option").filter(has_text=CATALOGUE.get(SAMPLE).title)
    found.first.click()
    expect(page).to_have_url(re.compile(re.escape(SAMPLE_PAGE)))


@buildable
def test_tabs_switch(page: Page) -> None:
    page.goto(SAMPLE_PAGE)
    tabs = page.locator(".tabbed-set", has_text='"OPENAI_API_KEY"').first
    ours = tabs.locator(".tabbed-block", has_text='"OPENAI_API_KEY"')
    expect(ours).to_be_hidden()
    tabs.get_by_text("openai", exact=True).click()
    expect(ours).to_be_visible()
    expect(tabs.locator(".tabbed-block:visible")).to_have_count(1)
    # Who chose a service once has chosen it for the whole page.
    requirements = page.locator(".tabbed-set").last
    expect(requirements.get_by_label("openai", exact=True)).to_be_checked()


@buildable
def test_what_is_copied_generates_the_sample(page: Page, tmp_path: Path) -> None:
    page.goto(SAMPLE_PAGE)
    page.get_by_text("How to generate this sample").click()
    copied = copy(page, page.locator("details .highlight").first)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(copied, shell=True, cwd=tmp_path, env={**os.environ, "PATH": path}, check=True)
    assert (tmp_path / f"{SAMPLE}-py" / "main.py").is_file()


@buildable
def test_what_is_copied_of_a_console_is_the_command_alone(page: Page) -> None:
    page.goto("guide/")
    block = page.locator(".highlight", has_text="scaffold list --all").first
    assert copy(page, block).strip() == "scaffold list --all"


def copy(page: Page, block: Locator) -> str:
    """Presses a block's copy button, and gives what the clipboard then has."""
    with told(page, "Copied to clipboard"):
        block.get_by_role("button", name="Copy to clipboard").click()
    return str(page.evaluate("navigator.clipboard.readText()"))


@contextmanager
def told(page: Page, text: str) -> Iterator[None]:
    """Waits for a text that is on the page for two seconds only, and might be missed."""
    page.evaluate(
        """text => {
          const look = () => { window.told ||= document.body.innerText.includes(text) };
          window.told = false;
          new MutationObserver(look).observe(document.body, {
            attributes: true, characterData: true, childList: true, subtree: true
          });
        }""",
        text,
    )
    yield
    page.wait_for_function("window.told")


@buildable
@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.nightly)])
def test_no_page_is_wider_than_a_phone_or_asks_another_machine(
    page: Page, site: Path, address: str, every: bool
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    wide = []
    pages = sorted(each.parent.relative_to(site).as_posix() for each in site.rglob("index.html"))
    assert len(pages) > len(NAMES)
    if not every:
        # Those of the samples are made alike: every run looks at three of them.
        samples = [path for path in pages if path.startswith("samples/")]
        pages = [path for path in pages if path not in samples[3:]]
    for path in pages:
        page.goto(f"{address}{path}/".replace("/./", "/"))
        if page.evaluate("document.scrollingElement.scrollWidth") > 390:
            wide.append(path)
    assert wide == []


@buildable
def test_the_keyboard_is_enough(page: Page) -> None:
    page.goto(CATALOGUE_PAGE)
    counted(page, len(NAMES))
    tab_to(page, page.get_by_role("searchbox"))
    page.keyboard.type("own ai search")
    counted(page, 1)
    tab_to(page, page.locator(".catalogue > li:visible a"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(re.escape(SAMPLE_PAGE)))

    tab_to(page, page.locator("summary").first)
    page.keyboard.press("Enter")
    tab_to(page, page.locator("details").get_by_role("button").first)
    with told(page, "Copied to clipboard"):
        page.keyboard.press("Enter")
    tabs = page.locator(".tabbed-set").first
    tab_to(page, tabs.get_by_role("radio").first)
    page.keyboard.press("ArrowRight")
    expect(tabs.locator(".tabbed-block").nth(1)).to_be_visible()


def tab_to(page: Page, target: Locator) -> None:
    """Presses Tab until something has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"Tab never comes to {target}")


@buildable
def test_the_palette_is_the_systems_until_one_is_chosen(page: Page) -> None:
    body = page.locator("body")
    page.emulate_media(color_scheme="dark")
    page.goto("")
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    page.emulate_media(color_scheme="light")
    expect(body).to_have_attribute("data-md-color-scheme", "default")
    page.get_by_title("Switch to light mode").click()
    page.get_by_title("Switch to dark mode").click()
    expect(body).to_have_attribute("data-md-color-scheme", "slate")


@buildable
@pytest.mark.parametrize(
    ("scheme", "width"),
    [
        ("light", 390),
        ("dark", 1280),
        pytest.param("light", 1280, marks=pytest.mark.nightly),
    ],
)
def test_axe_finds_nothing_serious(page: Page, scheme: Any, width: int) -> None:
    axe = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    found = []
    for path in ("", CATALOGUE_PAGE, SAMPLE_PAGE):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        page.evaluate(axe)
        result = page.evaluate("axe.run({ resultTypes: ['violations'] })")
        found += [
            (path, each["id"], each["nodes"][0]["html"])
            for each in result["violations"]
            if each["impact"] in ("serious", "critical")
        ]
    assert found == []


@buildable
def test_nothing_on_a_page_is_loaded_from_elsewhere(site: Path) -> None:
    loads = re.compile(
        r"<(?:script|img|link|iframe|source)\b[^>]*\b(?:src|href)=[\"']?(?:https?:)?//"
    )
    assert [
        page.name for page in site.rglob("*.html") if loads.search(page.read_text("utf-8"))
    ] == []


def test_a_browser_is_the_one_that_is_named_or_one_that_is_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("browsers.PLACES", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_browser({}) is None
    assert find_browser({"SCAFFOLD_BROWSER": "mine"}) == "mine"
    chromium = tmp_path / ("chromium.exe" if os.name == "nt" else "chromium")
    chromium.touch(mode=0o755)
    assert find_browser({}) == str(chromium)


def make_site(folder: Path, pages: dict[str, str]) -> Path:
    for name, text in pages.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("link", "broken"),
    [
        ("other/", []),
        ("other/#here", []),
        ("other/main.py", []),
        ("#top", []),
        ("https://example.com/nothing", []),
        ("other/#there", ["index.html: other/#there"]),
        ("other/none.py", ["index.html: other/none.py"]),
        ("nothing/", ["index.html: nothing/"]),
        ("#bottom", ["index.html: #bottom"]),
    ],
)
def test_a_link_that_leads_nowhere_is_found(
    link: str, broken: Sequence[str], tmp_path: Path
) -> None:
    pages = {
        "index.html": f'<p id="top"><a href="{link}">go</a>',
        "other/index.html": '<p id="here">',
        "other/main.py": "",
    }
    assert list(broken_links(make_site(tmp_path, pages))) == broken


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    with pytest.raises(SiteError, match="holds other things"):
        build(tmp_path)


def test_links_of_the_repository_become_those_of_the_site() -> None:
    text = (
        "[a](docs/ci.md#x) [b](CONTRIBUTING.md) [c](https://e.com) [d](#e) ![f](docs/images/f.svg)"
    )
    assert relink(text, "README.md") == (
        "[a](ci.md#x) [b](contributing.md) [c](https://e.com) [d](#e) ![f](images/f.svg)"
    )
    assert relink("[a](../README.md#b)", "docs/ci.md") == "[a](guide.md#b)"
    assert relink("[a](../../README.md)", "benchmarks/results/endpoint.md") == "[a](../guide.md)"


def test_a_console_becomes_its_command_and_its_output() -> None:
    assert (
        split_console("```console\n$ one\nout\n```\n") == "```sh\none\n```\n\n```text\nout\n```\n"
    )
    assert split_console("  ```console\n  $ one\n  ```\n") == "  ```sh\n  one\n  ```\n"
    assert split_console("```text\n$ one\n```\n") == "```text\n$ one\n```\n"


@buildable
def test_the_first_page_is_short_and_leads_on(site: Path) -> None:
    text = (ROOT / "docs" / "site" / "index.md").read_text("utf-8")
    commands = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)

    assert len(commands) == 2
    assert all(len(command) < 60 and command.count("\n") == 1 for command in commands)
    page = (site / "index.html").read_text("utf-8")
    for target in ("catalogue/", "endpoint/", "ci/", "guide/"):
        assert f'href="{target}"' in page
    assert 'src="images/terminal-run.svg"' in page
