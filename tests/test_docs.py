"""The pages under docs/ are run: each `$ hamkor ...` line works, and what the page shows of its output is there."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from hamkor.cli import main

ROOT = Path(__file__).parent.parent
TABLES = ("conformance.md",)
"""Pages that are made from data and tell no commands."""
PAGES = sorted(path for folder in ("docs", "docs/how-to") for path in (ROOT / folder).glob("*.md") if path.name not in TABLES)


def commands(page: Path) -> list[tuple[str, list[str]]]:
    """Every command of a page's console blocks with the lines that are shown of its output."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif line.strip() and line.strip() != "...":
                found[-1][1].append(line.strip())
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_commands_of_a_page_work_and_print_what_it_shows(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = commands(page)
    assert shown
    for command, lines in shown:
        program, *arguments = shlex.split(command)
        if program == "cp":
            shutil.copytree(ROOT / arguments[-2], arguments[-1], ignore=shutil.ignore_patterns("__pycache__"))
            continue
        assert program == "hamkor"
        with pytest.raises(SystemExit) as left:
            main(arguments)
        printed = capsys.readouterr()
        assert left.value.code in ((0, 1) if arguments[:1] == ["check"] else (0,)), f"{command}\n{printed.err}"
        squeezed = re.sub(r"\s+", " ", printed.out + printed.err)
        for line in lines:
            assert re.sub(r"\s+", " ", line) in squeezed, f"{command}: {line}"
