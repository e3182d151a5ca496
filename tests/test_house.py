"""The house itself: what is public, what is documented, what must never stand in it."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import hamkor

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src/hamkor"


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def test_the_public_verbs_are_these() -> None:
    assert sorted(hamkor.__all__) == [
        "brief", "check", "estimate", "estimate_many", "facts", "import_file", "index", "installed_regions", "measure",
        "monitor", "panel", "path", "reconcile",
        "update", "why", "write",
    ]  # fmt: skip
    assert all(callable(getattr(hamkor, name)) for name in hamkor.__all__)


def test_every_public_function_says_what_it_returns() -> None:
    for path in SOURCE.rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{path.name}: {node.name}"


def test_no_module_is_over_450_lines_and_no_function_takes_star_star() -> None:
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= 450, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.args.kwarg is not None:
                assert node.name in {"say", "_kind"}, f"{path.name}: {node.name}"


def test_nothing_names_a_registry_host_or_a_path_of_a_machine() -> None:
    # put together here, so that this file names none either
    hosts = ("pypi" + ".org", "python" + "hosted.org", "registry." + "npmjs", "deb." + "debian")
    machine = ("/ho" + "me/", "/ro" + "ot/", "/tm" + "p/", "/wo" + "rk/")
    shown = re.compile("|".join(re.escape(word) for word in (*hosts, *machine)))
    for path in tracked():
        if path.suffix in {".ttf", ".png", ".woff2", ".xls", ".xlsx"}:
            continue
        found = shown.search(path.read_text(encoding="utf-8"))
        assert not found, f"{path.relative_to(ROOT)}: {found and found[0]}"


def test_architecture_names_every_room() -> None:
    plan = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for folder in sorted(path for path in SOURCE.iterdir() if path.is_dir() and (path / "__init__.py").exists()):
        assert f"{folder.name}/" in plan, folder.name
    verbs = "brief why facts check regions validate tables completion update import monitor sources revisions"
    for verb in verbs.split():
        assert f"`{verb}`" in plan or f"hamkor {verb}" in plan, verb


def test_every_source_line_of_the_readme_that_names_a_file_names_one_that_exists() -> None:
    for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"):
        for link in re.findall(r"\]\(([^)#:]+)\)", (ROOT / name).read_text(encoding="utf-8")):
            assert (ROOT / link).exists(), f"{name}: {link}"
