"""`scaffold list` and `scaffold show`, as the installed command."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import CATALOGUE, Scaffold


def test_the_table_people_know(scaffold: Scaffold) -> None:
    result = scaffold("list")
    lines = result.stdout.splitlines()

    assert lines[0].split("  ")[0] == "Name"
    assert lines[0].split() == ["Name", "Short", "Name", "Language"]
    assert set(lines[1]) == {"-", " "}
    line = next(line for line in lines if "openai-chat-streaming-with-functions" in line)
    assert line.startswith("OpenAI Chat Completions (w/ Functions)  ")
    assert line.endswith("  Python")
    assert "openai-asst" not in result.stdout
    assert result.stderr == "5 retired, not shown: --all shows them too\n"


def test_all_shows_the_retired_ones_and_says_so(scaffold: Scaffold) -> None:
    result = scaffold("list", "--all", "--python")

    line = next(line for line in result.stdout.splitlines() if "openai-asst" in line)
    assert line.endswith("Python    retired since 2026-08-26")
    assert all(name in result.stdout for name in CATALOGUE.names)
    assert result.stderr == ""


def test_the_readme_shows_the_list(scaffold: Scaffold) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")

    assert f"$ scaffold list --all\n{scaffold('list', '--all').stdout}```\n" in readme


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (
            ["functions"],
            ["openai-chat-streaming-with-functions", "openai-responses-streaming-with-functions"],
        ),
        (["AI SEARCH"], ["openai-chat-streaming-with-data"]),
        (
            ["--tag", "rag"],
            [
                "openai-chat-streaming-with-data",
                "openai-chat-streaming-with-documents",
                "openai-responses-streaming-with-file-search",
            ],
        ),
        (["--tag", "rag", "--all", "asst"], ["openai-asst-streaming-with-file-search"]),
        (["nothing-like-it"], []),
    ],
)
def test_filters(scaffold: Scaffold, arguments: list[str], names: list[str]) -> None:
    result = scaffold("list", *arguments, "--json")

    assert [template["name"] for template in json.loads(result.stdout)["templates"]] == names
    assert result.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--language", "cobol"], "there is no language 'cobol'; there is: python"),
        (["--tag", "ragg"], "there is no tag 'ragg'"),
    ],
)
def test_unknown_filters(scaffold: Scaffold, arguments: list[str], message: str) -> None:
    result = scaffold("list", *arguments)

    assert result.returncode == 3
    assert message in result.stderr


def test_nothing_found_says_so(scaffold: Scaffold) -> None:
    result = scaffold("list", "nothing-like-it")

    assert result.stdout == ""
    assert result.stderr == "no template is like that: 'scaffold list --all' shows them all\n"


def test_names_are_never_cut_off(scaffold: Scaffold) -> None:
    result = scaffold("list", "--all", env={"COLUMNS": "20"})

    assert all(name in result.stdout for name in CATALOGUE.names)


def test_show_tells_what_a_template_is(scaffold: Scaffold) -> None:
    result = scaffold("show", "openai-asst-streaming-with-file-search")
    told = re.sub(r"Last run:   .*", "Last run:   …", result.stdout)

    assert told == (
        "OpenAI Assistants (w/ File Search)\n"
        "Talk with an assistant that searches files, take a thread up again, and see what was "
        "cited.\n"
        "\n"
        "Short name: openai-asst-streaming-with-file-search\n"
        "Language:   python\n"
        "Provider:   azure, azure-entra, openai\n"
        "Tags:       assistants, streaming, rag, files, openai, azure\n"
        "Lifecycle:  retired since 2026-08-26\n"
        "Source:     https://developers.openai.com/api/docs/assistants/migration\n"
        "Successor:  openai-responses-streaming-with-file-search\n"
        "Last run:   …\n"
        "\n"
        "Files\n"
        "  main.py\n"
        "  openai_assistants_file_search_streaming.py\n"
        "  requirements.txt\n"
        "\n"
        "Environment variables (azure)\n"
        "  ASSISTANT_ID              required\n"
        "  AZURE_OPENAI_API_KEY      required\n"
        "  AZURE_OPENAI_API_VERSION  required\n"
        "  AZURE_OPENAI_ENDPOINT     required\n"
        "\n"
        "Environment variables (azure-entra)\n"
        "  ASSISTANT_ID              required\n"
        "  AZURE_OPENAI_API_VERSION  required\n"
        "  AZURE_OPENAI_ENDPOINT     required\n"
        "\n"
        "Environment variables (openai)\n"
        "  ASSISTANT_ID     required\n"
        "  OPENAI_API_KEY   required\n"
        "  OPENAI_BASE_URL  optional, read by the SDK\n"
        "  OPENAI_ORG_ID    optional, read by the SDK\n"
        "\n"
        "Answers (--set NAME=VALUE)\n"
        "  none\n"
    )


def test_every_sample_was_run_at_both_ends(scaffold: Scaffold) -> None:
    for name in CATALOGUE.names:
        run = CATALOGUE.last_run(name)
        assert run is not None
        assert all(len(versions) == 2 for versions in run.packages.values())
    page = json.loads(scaffold("show", "openai-chat", "--json").stdout)
    assert page["last_run"]["packages"]["openai"][0].startswith("1.106")


def test_show_as_json(scaffold: Scaffold) -> None:
    page = json.loads(scaffold("show", "openai-chat-streaming-with-data", "--json").stdout)

    assert page["schema_version"] == 1
    assert page["lifecycle"]["state"] == "active"
    assert page["files"] == [
        "main.py",
        "openai_chat_completions_with_data_streaming.py",
        "requirements.txt",
    ]
    retrieval = next(answer for answer in page["answers"] if answer["name"] == "retrieval")
    assert retrieval["default"] == "search"
    assert retrieval["variants"].keys() == {"on-your-data"}
    assert retrieval["variants"]["on-your-data"]["state"] == "retired"
    azure_api = next(answer for answer in page["answers"] if answer["name"] == "azure_api")
    assert (azure_api["default"], azure_api["choices"]) == ("v1", ["v1", "dated"])
    assert azure_api["variants"] == {}
    assert {variable["name"] for variable in page["variables"]["azure"]} == {
        "AZURE_AI_SEARCH_ENDPOINT",
        "AZURE_AI_SEARCH_INDEX_NAME",
        "AZURE_AI_SEARCH_KEY",
        "AZURE_OPENAI_API_KEY",
        "AZURE_OPENAI_CHAT_DEPLOYMENT",
        "AZURE_OPENAI_EMBEDDING_DEPLOYMENT",
        "AZURE_OPENAI_ENDPOINT",
        "AZURE_OPENAI_SYSTEM_PROMPT",
    }


def test_show_of_an_unknown_one(scaffold: Scaffold) -> None:
    result = scaffold("show", "openai-chat-streaming-with-dat")

    assert result.returncode == 3
    assert "  openai-chat-streaming-with-data\n" in result.stderr


def test_the_version_and_the_exit_codes_are_told(scaffold: Scaffold) -> None:
    from scaffold import __version__

    assert scaffold("--version").stdout == f"scaffold {__version__}\n"
    told = " ".join(scaffold("--help").stdout.split())
    assert "0 done; 1 failed; 2 wrong usage; 3 no such template" in told


@pytest.mark.parametrize("name", CATALOGUE.names)
def test_show_says_from_which_to_which_and_nothing_of_what_is_empty(
    scaffold_here: Scaffold, name: str
) -> None:
    told = scaffold_here("show", name).stdout

    assert re.search(r"^Last run: .* [\d.]+ … [\d.]+$", told, re.MULTILINE)
    assert not re.search(r"default:$", told, re.MULTILINE)
