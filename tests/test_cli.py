"""The command line: what it prints where, how it ends, what it says when something is wrong."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import click
import pytest

from hamkor import cli
from hamkor.languages.language import languages
from hamkor.regions.find import region_folders
from hamkor.schema.tables import TABLES

VERBS = sorted(cli.hamkor.commands)
ESCAPE = "\x1b"
CHEAP = ("--language", "en", "--format", "html")
PAGE, FACTS = "brief-ALD-2024-01--2024-06.en.html", "facts-ALD-2024-01--2024-06.json"

Spoil = Callable[[str, str, str], Path]


class Ran(NamedTuple):
    """How a command ended and what it printed."""

    code: object
    out: str
    err: str


Hamkor = Callable[..., Ran]


@pytest.fixture
def hamkor(capsys: pytest.CaptureFixture[str]) -> Hamkor:
    """Run the command line in this process; anything but an exit is a crash and fails the test."""

    def run(*arguments: str | Path) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as caught:
            cli.main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Ran(caught.value.code, printed.out, printed.err)

    return run


def _process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hamkor", *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", env={**os.environ, **environment}, check=False)


def _json(ran: Ran) -> Any:
    assert (ran.code, ran.err) == (0, "")
    return json.loads(ran.out)


def _answer(ran: Ran, *told: str) -> None:
    """Assert that a command ended with 2, printed nothing on standard output, and told what to do in a few lines."""
    assert (ran.code, ran.out) == (2, "")
    assert [part for part in told if part not in ran.err] == [], ran.err
    assert "Traceback" not in ran.err
    assert ran.err.endswith("\n")


# Alone, and help


def test_alone_it_names_regions_languages_and_three_next_commands(hamkor: Hamkor) -> None:
    ran = hamkor()
    assert (ran.code, ran.err) == (0, "")
    assert [name for name in (*region_folders(), *languages()) if name not in ran.out] == []
    assert len(re.findall(r"^  hamkor ", ran.out, re.MULTILINE)) == 3


def test_the_next_commands_that_it_names_work(hamkor: Hamkor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    commands = [line[2:].partition("   ")[0] for line in hamkor().out.splitlines() if line.startswith("  hamkor ")]
    assert commands
    for command in commands:
        arguments = shlex.split(command)[1:]
        cheap = ["--language", "en", "--format", "html"] if arguments[0] == "brief" else []
        assert hamkor(*arguments, *cheap).code == 0, command


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_verb_has_help_with_an_example_and_its_options(verb: str, option: str, hamkor: Hamkor) -> None:
    ran = hamkor(verb, option)
    assert (ran.code, ran.err) == (0, "")
    assert re.search(rf"^  hamkor {verb}\b", ran.out, re.MULTILINE), "an example"
    for parameter in cli.hamkor.commands[verb].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
            assert max(parameter.opts, key=len) in ran.out


def test_help_names_every_verb_and_the_exit_codes(hamkor: Hamkor) -> None:
    ran = hamkor("--help")
    assert ran.code == 0
    assert [verb for verb in VERBS if not re.search(rf"^  {verb} ", ran.out, re.MULTILINE)] == []
    assert "Exit codes: 0 done" in ran.out


@pytest.mark.parametrize("verb", VERBS)
def test_every_example_of_a_help_text_can_be_parsed(verb: str, hamkor: Hamkor) -> None:
    for line in hamkor(verb, "--help").out.splitlines():
        if not line.startswith("  hamkor "):
            continue
        arguments = shlex.split(line.partition(">")[0].partition("   ")[0] if ">" in line else line)[2:]
        command = cli.hamkor.commands[verb]
        assert command.make_context(verb, list(arguments)).params  # raises UsageError if an option is not there


def test_the_version_is_that_of_the_package() -> None:
    ran = _process("--version")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"hamkor, version {version('hamkor')}\n", "")


# JSON


def test_every_verb_but_the_one_that_prints_a_script_has_json() -> None:
    without = [verb for verb, command in cli.hamkor.commands.items() if "as_json" not in {one.name for one in command.params}]
    assert without == ["completion"]


FIGURES = ("turnover", "turnover_growth", "exports", "exports_growth", "imports", "imports_growth", "balance")


def test_brief_as_json_has_the_headlines_and_the_files(hamkor: Hamkor, tmp_path: Path) -> None:
    output = tmp_path / "a" / "b"
    said = _json(hamkor("brief", "toyland", *CHEAP, "--output", output, "--json"))
    assert list(said) == ["region", "focus", "period", "partners", "languages", "files"]
    assert (said["region"], said["focus"], said["period"]) == ("toyland", "ALD", "2024-01/2024-06")
    assert said["languages"] == ["en"]
    assert said["files"] == [str(output / PAGE), str(output / FACTS)]
    assert sorted(path.name for path in output.iterdir()) == [PAGE, FACTS]
    for partner in said["partners"]:
        assert list(partner) == ["partner", "recorded_by", *FIGURES]
        for figure in FIGURES:
            if partner[figure] is not None:
                assert list(partner[figure]) == ["fact", "value", "unit", "low", "high", "printed", "source", "coverage"]
    assert [partner["partner"] for partner in said["partners"]] == ["BRE", "COR"]
    assert said["partners"][0]["turnover"]["value"] == 100e6


def test_brief_without_json_prints_the_paths_and_nothing_else(hamkor: Hamkor, tmp_path: Path) -> None:
    ran = hamkor("brief", "toyland", *CHEAP, "--output", tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [str(tmp_path / PAGE), str(tmp_path / FACTS)]


def test_languages_may_be_repeated_or_listed_with_commas(hamkor: Hamkor, tmp_path: Path) -> None:
    one = hamkor("brief", "toyland", "-l", "ar,en", "--format", "html", "-o", tmp_path / "one")
    other = hamkor("brief", "toyland", "-l", "ar", "-l", "en", "--format", "html", "-o", tmp_path / "other")
    assert one.code == other.code == 0
    names = [PAGE.replace(".en.", ".ar."), PAGE, FACTS]
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == names
    assert [(tmp_path / "one" / name).read_bytes() for name in names] == [
        (tmp_path / "other" / name).read_bytes() for name in names
    ]


def test_why_as_json_is_the_chain_down_to_the_source(hamkor: Hamkor) -> None:
    (chain,) = _json(hamkor("why", "balance:ALD-BRE:2024-01/2024-06", "--region", "toyland", "--json"))
    assert {"id", "name", "entities", "period", "value", "unit", "low", "high", "precision", "derivation"} <= set(chain)
    assert chain["value"] == 20e6
    assert list(chain["derivation"]) == ["operation", "formula", "inputs"]
    assert [used["value"] for used in chain["derivation"]["inputs"]] == [60e6, 40e6]
    for used in chain["derivation"]["inputs"]:
        assert {"id", "title", "publisher", "licence", "address", "date"} <= set(used["source"])
        assert used["cell"]["artifact"]["path"] == "trade/ALD-BRE.csv"
        assert re.fullmatch(r"line \d+", used["cell"]["locator"])


def test_facts_as_json_are_the_facts_that_contain_all_words(hamkor: Hamkor) -> None:
    said = _json(hamkor("facts", "toyland", "TURNOVER", "ALD-BRE", "--json"))
    assert said
    assert all("turnover" in fact["id"] and "ALD-BRE" in fact["id"] for fact in said)
    assert all({"id", "name", "entities", "value"} <= set(fact) for fact in said)
    assert all(("source" in fact) != ("derivation" in fact) for fact in said)
    assert _json(hamkor("facts", "toyland", "no such fact", "--json")) == []


def test_regions_as_json_are_the_installed_ones(hamkor: Hamkor) -> None:
    said = _json(hamkor("regions", "--json"))
    assert [one["region"] for one in said] == list(region_folders())
    assert all(list(one) == ["region", "title", "members", "observers", "languages", "focus", "period"] for one in said)


def test_validate_as_json_counts_what_was_read(hamkor: Hamkor) -> None:
    said = _json(hamkor("validate", "toyland", "--json"))
    assert list(said) == [
        "region", "files", "sources", "figures_of_trade", "entities", "claims", "corridor_measures", "baseline_flows",
    ]  # fmt: skip
    assert (said["region"], said["sources"], said["baseline_flows"]) == ("toyland", 4, 6)


def test_tables_as_json_are_the_declarations(hamkor: Hamkor) -> None:
    said = _json(hamkor("tables", "--json"))
    assert [table["name"] for table in said] == list(TABLES)
    for table in said:
        assert list(table) == ["name", "row", "columns"]
        for column in table["columns"]:
            assert list(column) == ["name", "type", "unit", "key", "nullable", "allowed", "minimum"]
    (one,) = _json(hamkor("tables", "facts", "--json"))
    assert one["name"] == "facts"


# For readers


def test_why_prints_the_chain(hamkor: Hamkor) -> None:
    ran = hamkor("why", "balance:ALD-BRE:2024-01/2024-06")
    assert (ran.code, ran.err) == (0, "")
    told = (
        "20,000,000 USD", "computed: exports - imports", "export:ALD-BRE:2024-01/2024-06@aldia-ministry",
        "printed: 60.0 USD million",
        "cell: trade/ALD-BRE.csv line ", "Ministry of Trade of Aldia; 2024-07-20; official", "https://example.org/aldia/ministry",
    )  # fmt: skip
    assert [part for part in told if part not in ran.out] == []


def test_why_shows_contradicting_figures_the_preferred_one_first(hamkor: Hamkor) -> None:
    ran = hamkor("why", "turnover:ALD-BRE:2024-01/2024-06")
    assert re.findall(r"@([a-z-]+)$", ran.out, re.MULTILINE) == ["aldia-ministry", "toyland-courier"]


def test_why_of_a_number_lists_the_facts_that_are_printed_so(hamkor: Hamkor) -> None:
    ran = hamkor("why", "672.8")
    assert ran.code == 0
    assert "turnover:UZB-KGZ:2025-01/2025-09@mfa-uzb-2025-11" in ran.out
    assert "$672.8 million" in ran.out
    assert "printed as 672.8" in ran.err
    assert hamkor("why", "10").err.startswith("the first 20 of ")
    for fact in _json(hamkor("why", "672.8", "--json")):
        assert hamkor("why", fact["id"]).code == 0


def test_why_explains_what_an_earlier_brief_printed(hamkor: Hamkor, tmp_path: Path) -> None:
    hamkor("brief", "toyland", *CHEAP, "--output", tmp_path)
    ran = hamkor("why", "earlier:balance:ALD-BRE:2024-01/2024-06", "--since", tmp_path / FACTS)
    assert (ran.code, ran.err) == (0, "")
    assert f"printed by an earlier brief: {tmp_path / FACTS}" in ran.out


def test_facts_regions_validate_and_tables_print_what_they_found(hamkor: Hamkor) -> None:
    facts = hamkor("facts", "toyland", "turnover:ALD-BRE:2023")
    assert "133.1 USD million" in facts.out
    assert facts.err.endswith("facts\n")
    assert all(name in hamkor("regions").out for name in region_folders())
    valid = hamkor("validate", "toyland")
    assert (valid.code, valid.err) == (0, "no faults\n")
    assert re.search(r"figures of trade +27\b", valid.out)
    assert "turnover, export, import" in hamkor("tables", "observations").out


def test_a_text_in_square_brackets_is_printed_as_it_stands(hamkor: Hamkor, spoil: Spoil) -> None:
    folder = spoil("register/funds.toml", "Aldia-Brenn Development Fund", "Fund [bold] of [/b] two")
    for ran in (hamkor("facts", folder, "funds.title"), hamkor("why", "funds.title:ald-bre-fund", "--region", folder)):
        assert ran.code == 0
        assert "Fund [bold] of [/b] two" in ran.out


# Wrong input


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["brif"], ["'brif'", "did you mean 'brief'"]),
        (["zzz"], ["'zzz'", "known are: ", "brief", "measure"]),
        (["brief"], ["REGION"]),
        (["brief", "toylnd"], ["'toylnd'", "did you mean 'toyland'"]),
        (["brief", "x" * 300], ["a region or a folder"]),
        (["brief", "toyland", "--focus", "ALX"], ["'ALX'", "a member of toyland", "ALD"]),
        (["brief", "toyland", "--language", "fr"], ["'fr'", "a language that Hamkor writes", "ar", "en"]),
        (["brief", "toyland", "--language", "en,fr"], ["'fr'"]),
        (["brief", "toyland", "--format", "pfd"], ["'pfd'", "did you mean 'pdf'"]),
        (["brief", "toyland", "--format", "odt"], ["'odt'", "pdf", "html"]),
        (["brief", "toyland", "--period", "2024-13"], ["--period", "'2024-13'", "YYYY-MM/YYYY-MM"]),
        (["brief", "toyland", "--period", ""], ["--period", "YYYY-MM/YYYY-MM"]),
        (["brief", "toyland", "--languag"], ["--languag", "--language"]),
        (["why"], ["FACT"]),
        (["why", "turnovr:ALD-BRE:2023", "-r", "toyland"], ["'turnovr:ALD-BRE:2023'", "did you mean 'turnover:ALD-BRE:2023'"]),
        (["why", "turnover:ALD-BRE:2023@nobody", "-r", "toyland"], ["@nobody", "did you mean 'turnover:ALD-BRE:2023"]),
        (["why", "turnover:ALD-BRE:2023", "--region", "toylnd"], ["'toylnd'", "did you mean 'toyland'"]),
        (["why", "turnover:UZB-KAZ:2022", "--region", "toyland"], ["'turnover:UZB-KAZ:2022'"]),
        (["why", "earlier:turnover:ALD-BRE:2023"], ["'earlier:turnover:ALD-BRE:2023'", "--since"]),
        (["why", "earlier:turnover:ALD-BRE:2023", "--since", "none.json"], ["--since none.json", "facts of an earlier brief"]),
        (["why", "987654.3"], ["'987654.3'", "a number that a fact is printed as"]),
        (["brief", "toyland", "--pair", "ALD", "BRE", "--region-only"], ["--pair and --region-only", "one of them"]),
        (["brief", "toyland", "--short", "--section", "legal"], ["--section and --short", "one of them"]),
        (["brief", "toyland", "--focus", "ALD", "--pair", "ALD", "BRE"], ["--focus and --pair", "one of them"]),
        (["facts", "toylnd"], ["did you mean 'toyland'"]),
        (["validate", "toylnd"], ["did you mean 'toyland'"]),
        (["tables", "observation"], ["'observation'", "did you mean 'observations'"]),
        (["completion", "tcsh"], ["'tcsh'", "bash", "zsh", "fish"]),
        (["--nope"], ["--nope"]),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else None,
)  # fmt: skip
def test_wrong_input_is_answered_with_the_known_or_nearest_words(
    arguments: list[str], told: list[str], hamkor: Hamkor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _answer(hamkor(*arguments), *told)
    assert list(tmp_path.iterdir()) == []


def test_a_misspelt_fact_is_answered_with_the_nearest_of_all_regions(hamkor: Hamkor) -> None:
    _answer(hamkor("why", "turnovr:ALD-BRE:2023"), "did you mean 'turnover:ALD-BRE:2023'")


def test_a_focus_may_be_written_small(hamkor: Hamkor, tmp_path: Path) -> None:
    assert _json(hamkor("brief", "toyland", *CHEAP, "-f", "bre", "-o", tmp_path, "--json"))["focus"] == "BRE"


def test_a_period_without_facts_is_answered_with_those_that_have_some(hamkor: Hamkor, tmp_path: Path) -> None:
    ran = hamkor("brief", "toyland", "--period", "1950", *CHEAP, "--output", tmp_path / "briefs")
    _answer(ran, "1950", "a period with facts is due", "2024-01/2024-06", "2023")
    assert not (tmp_path / "briefs").exists()
    for period in ran.err.partition("there are figures for ")[2].strip().split(", "):
        made = hamkor("brief", "toyland", "--period", period, *CHEAP, "--output", tmp_path / "made")
        assert made.code == 0, period


def test_a_member_without_any_own_figure_is_told_from_the_other_side(hamkor: Hamkor, tmp_path: Path) -> None:
    said = _json(hamkor("brief", "toyland", *CHEAP, "--focus", "COR", "--period", "2023", "--output", tmp_path, "--json"))
    assert {partner["partner"]: partner["recorded_by"] for partner in said["partners"]} == {"ALD": "ALD", "BRE": "BRE"}


# The output folder


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_an_output_that_is_a_file_or_lies_below_one_is_refused_and_left_as_it_was(
    place: str, hamkor: Hamkor, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_text("kept", encoding="utf-8")
    _answer(hamkor("brief", "toyland", *CHEAP, "--output", tmp_path / place), str(tmp_path / place), "--output")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert file.read_text(encoding="utf-8") == "kept"


def test_an_output_that_cannot_be_written_to_is_refused(hamkor: Hamkor, tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o500)
    if os.access(folder, os.W_OK):
        pytest.skip("this user may write everywhere")
    _answer(hamkor("brief", "toyland", *CHEAP, "--output", folder), str(folder), "a folder that can be written to", "--output")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", [PAGE, FACTS])
def test_nothing_is_half_written_where_a_folder_bears_the_name_of_a_file(name: str, hamkor: Hamkor, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    ran = hamkor("brief", "toyland", *CHEAP, "--output", tmp_path)
    assert ran.code in (2, 3)
    assert ran.out == ""
    assert str(tmp_path) in ran.err
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_disk_that_fails_in_mid_write_leaves_the_earlier_brief_whole(
    hamkor: Hamkor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hamkor("brief", "toyland", *CHEAP, "--output", tmp_path)
    kept = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    written = Path.write_bytes

    def full(path: Path, data: Any) -> int:
        if path.name == FACTS:
            raise OSError(28, "No space left on device")
        return written(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    ran = hamkor("brief", "toyland", *CHEAP, "--output", tmp_path)
    assert (ran.code, ran.out) == (3, "")
    assert "No space left on device" in ran.err
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == kept


def test_a_second_brief_of_the_same_kind_replaces_the_first(hamkor: Hamkor, tmp_path: Path, spoil: Spoil) -> None:
    hamkor("brief", "toyland", *CHEAP, "--output", tmp_path / "out")
    first = (tmp_path / "out" / FACTS).read_bytes()
    folder = spoil("trade/ALD-BRE.csv", "60.0,USD million", "61.0,USD million")
    assert hamkor("brief", folder, *CHEAP, "--output", tmp_path / "out").code == 0
    assert (tmp_path / "out" / FACTS).read_bytes() != first
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [PAGE, FACTS]


def test_briefs_of_another_kind_stand_beside_each_other(hamkor: Hamkor, tmp_path: Path) -> None:
    asked: list[tuple[str, ...]] = [
        (), ("--focus", "BRE"), ("--pair", "ALD", "BRE"), ("--period", "2023"), ("--short",), ("--region-only",),
        ("--pair", "ALD", "BRE", "--short"),
    ]  # fmt: skip
    for options in asked:
        assert hamkor("brief", "toyland", *CHEAP, *options, "--output", tmp_path).code == 0
    half = "2024-01--2024-06"
    names = [
        f"ALD-{half}", f"BRE-{half}", f"ALD-BRE-{half}", "ALD-2023", f"ALD-{half}-short", f"ALD-{half}-region-limits",
        f"ALD-BRE-{half}-short",
    ]  # fmt: skip
    due = [*(f"brief-{name}.en.html" for name in names), *(f"facts-{name}.json" for name in names)]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(due)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["--short"], ["--section", "short"]), (["--short"], ["--sections", "summary,changes,targets"]),
        (["--region-only"], ["-s", "region", "-s", "limits"]),
    ],
)  # fmt: skip
def test_a_plain_name_gives_the_same_brief_as_its_sections(
    one: list[str], other: list[str], hamkor: Hamkor, tmp_path: Path
) -> None:
    for name, options in (("one", one), ("other", other)):
        assert hamkor("brief", "toyland", *CHEAP, *options, "--output", tmp_path / name).code == 0
    made = [{path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "other")]
    assert made[0] == made[1]


# A faulty region


def test_validate_tells_every_fault_with_file_line_and_cure(hamkor: Hamkor, spoil: Spoil) -> None:
    spoil("trade/ALD-BRE.csv", "60.0,USD million", "60.0,USD milion")
    folder = spoil("register/funds.toml", 'attribute = "capital"', 'attribute = "capitl"')
    _answer(
        hamkor("validate", folder), str(folder), "2 faults", "trade/ALD-BRE.csv line 4", "'USD million'",
        "register/funds.toml [ald-bre-fund].claims[2]", "did you mean 'capital'",
    )  # fmt: skip


@pytest.mark.parametrize(
    "verb", [["brief"], ["facts"], ["validate"], ["why", "note:1", "--region"]], ids=lambda verb: str(verb[0])
)
def test_no_verb_goes_on_with_a_faulty_region(verb: list[str], hamkor: Hamkor, spoil: Spoil) -> None:
    folder = spoil("sources.toml", 'licence = "press"', 'licence = "pres"')
    _answer(hamkor(*verb, folder), "sources.toml [toyland-courier]", "'pres'")


# Terminals, pipes, processes


@pytest.mark.parametrize(
    "arguments",
    [["facts", "toyland", "turnover"], ["why", "balance:ALD-BRE:2023"], ["regions"], ["tables", "facts"], ["brif"], []],
)
def test_a_pipe_gets_no_escape_codes(arguments: list[str]) -> None:
    ran = _process(*arguments)
    assert ran.returncode in (0, 2)
    assert ESCAPE not in ran.stdout + ran.stderr


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="this system has no pseudo-terminals")
@pytest.mark.parametrize("colour", [True, False])
def test_a_terminal_gets_colour_unless_no_color_is_set(colour: bool) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    environment |= {"TERM": "xterm-256color", "COLUMNS": "120"} | ({} if colour else {"NO_COLOR": "1"})
    outer, inner = os.openpty()
    command = [sys.executable, "-m", "hamkor", "facts", "toyland", "balance"]
    with subprocess.Popen(command, stdout=inner, stderr=subprocess.DEVNULL, env=environment) as process:
        os.close(inner)
        printed = b""
        while True:
            try:
                piece = os.read(outer, 65536)
            except OSError:  # Linux tells the end of a pseudo-terminal as an error
                break
            if not piece:
                break
            printed += piece
    os.close(outer)
    assert process.returncode == 0
    assert b"balance:ALD-BRE" in printed
    assert (ESCAPE.encode() in printed) == colour


def test_a_reader_that_stops_early_ends_the_command_quietly() -> None:
    command = [sys.executable, "-m", "hamkor", "facts", "central-asia", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"[\n"
        process.stdout.close()
        told = process.stderr.read()
    assert (process.returncode, told) == (0, b"")


def test_an_error_goes_to_standard_error_of_the_process_with_2() -> None:
    ran = _process("brief", "toylnd")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("hamkor: region 'toylnd'")
    assert "Traceback" not in ran.stderr


def test_an_output_that_knows_ascii_only_is_no_reason_to_crash() -> None:
    ran = _process(PYTHONIOENCODING="ascii", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert "Traceback" not in ran.stderr
    assert "Regions" in ran.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_is_printed_for_three_shells(shell: str, hamkor: Hamkor) -> None:
    ran = hamkor("completion", shell)
    assert ran.code == 0
    assert f"_HAMKOR_COMPLETE={shell}_complete" in ran.out
    assert ran.err == ""


def test_the_completion_script_of_bash_is_bash(hamkor: Hamkor) -> None:
    script = hamkor("completion", "bash").out
    ran = subprocess.run(["bash", "-n"], input=script, capture_output=True, encoding="utf-8", check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_completion_of_a_shell_offers_the_verbs() -> None:
    ran = _process(_HAMKOR_COMPLETE="bash_complete", COMP_WORDS="hamkor ", COMP_CWORD="1")
    offered = {line.partition(",")[2] for line in ran.stdout.splitlines()}
    assert offered == set(VERBS)


def test_help_comes_before_the_heavy_libraries() -> None:
    code = (
        "import sys; from hamkor import cli\n"
        "try: cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'polars', 'typst', 'babel', 'jinja2', 'vl_convert'} & set(sys.modules)), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert ran.stderr == "[]\n"
