"""What every test may ask for: the published data, and a pack that a test may spoil."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def conformance() -> Path:
    """Folder of the published data; absent means skipped with the reason, in CI it means failed."""
    folder = Path(os.environ.get("HAMKOR_CONFORMANCE", ROOT.parent / "shared" / "conformance"))
    if not folder.is_dir():
        _absent(f"no published data in {folder}; set HAMKOR_CONFORMANCE to their folder")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium; absent means skipped with the reason, in CI it means failed."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        _absent("no Chromium found; install one (Debian, Ubuntu: apt-get install chromium)")
    return found


@pytest.fixture(autouse=True)
def _empty_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the store of whoever runs it."""
    monkeypatch.setenv("HAMKOR_STORE", str(tmp_path / "no-store"))


def _absent(reason: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def toyland(tmp_path: Path) -> Path:
    """A copy of the made-up region that a test may change."""
    folder = tmp_path / "toyland"
    shutil.copytree(ROOT / "src/hamkor/regions/toyland", folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def spoil(toyland: Path) -> Callable[[str, str, str], Path]:
    """A function that replaces a text in one file of the copy, and returns the copy's folder."""

    def replace(name: str, old: str, new: str) -> Path:
        path = toyland / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return toyland

    return replace
