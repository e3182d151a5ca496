"""`hamkor update`, `sources`, `revisions` against a provider of the test's own: what comes in, what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hamkor.cli import hamkor
from hamkor.schema.errors import BadInput
from hamkor.store import open_store, sha256
from hamkor.workbench import monitor, rebuild, why

EXPORTS, IMPORTS = "siat/sdmx_data_1105.csv", "siat/sdmx_data_1176.csv"


def table(*years: int, kazakhstan: float = 1_000.5, others: float = 10.0) -> bytes:
    """Return a table in the layout of Uzbekistan's office: thousand US dollars, a row a partner, a column a year."""
    head = ",".join(["Code", "Klassifikator", "Klassifikator_ru", "Klassifikator_en", *map(str, years)])
    rows = [
        ["398", "Qozog'iston", "Казахстан", "Kazakhstan", *[f"{kazakhstan + 10 * i:.1f}" for i in range(len(years))]],
        ["417", "Qirg'iziston", "Киргизия", "Kyrgyzstan", *[f"{others:.1f}" for _ in years]],
        ["762", "Tojikiston", "Таджикистан", "Tajikistan", *["0.0" for _ in years]],
    ]
    return "\n".join(["\ufeff" + head, *(",".join(row) for row in rows)]).encode() + b"\n"


class Provider:
    """A server whose files and answers the test sets."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {EXPORTS: table(2022, 2023), IMPORTS: table(2022, 2023, kazakhstan=500.0)}
        self.busy = 0
        self.status = 200
        self.cut = 0
        self.slow = 0.0
        self.validators = ""
        self.sent: list[str] = []
        self.address = ""


@pytest.fixture
def provider() -> Iterator[Provider]:
    own = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if own.busy:
                own.busy -= 1
                self.send_response(429)
                self.send_header("Retry-After", "0")
                self.end_headers()
                return
            time.sleep(own.slow)
            data = own.files.get(self.path.lstrip("/"), b"")
            said = {"ETag": f'"{sha256(data)[:16]}"', "Last-Modified": f"Mon, 01 Jan 2024 00:00:{len(data) % 60:02d} GMT"}
            asked = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
            if own.validators and data and self.headers.get(asked[own.validators]) == said[own.validators]:
                self.send_response(304)
                self.end_headers()
                return
            own.sent.append(self.path)
            self.send_response(own.status if data else 404)
            self.send_header("Content-Length", str(len(data)))
            if own.validators:
                self.send_header(own.validators, said[own.validators])
            self.end_headers()
            self.wfile.write(data[: len(data) - own.cut])

        def log_message(self, format: str, *arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    own.address = f"http://127.0.0.1:{server.server_port}"
    yield own
    server.shutdown()
    server.server_close()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HAMKOR_STORE", str(tmp_path / "store"))
    return tmp_path / "store"


@pytest.fixture
def update(provider: Provider, store: Path) -> Callable[..., Result]:
    return lambda *more: CliRunner().invoke(hamkor, ["update", "siat", "--mirror", provider.address, *more])


def test_a_providers_files_come_into_the_store(update: Callable[..., Result], store: Path) -> None:
    result = update("--json")
    assert result.exit_code == 0
    assert {one["state"] for one in json.loads(result.stdout)} == {"new"}
    found = monitor("UZB", "KAZ")
    assert found.basis["UZB"].startswith("store: siat")
    cells = {(row["FLOW"], row["TIME_PERIOD"]): row for row in found.plain()["flows"] if row["REPORTER"] == "UZB"}
    assert cells["export", "2023"]["OBS_VALUE"] == pytest.approx(1_010_500)
    assert cells["export", "2023"]["GROWTH"] == pytest.approx(10 / 1_000.5)
    assert cells["turnover", "2023"]["COVERAGE"] == "goods-and-services"


def test_an_update_again_brings_nothing_new(update: Callable[..., Result], store: Path) -> None:
    update()
    before = open_store(store).state
    assert "unchanged" in update().stdout
    assert open_store(store).state == before


def test_a_revision_is_told(update: Callable[..., Result], provider: Provider) -> None:
    update()
    provider.files[EXPORTS] = table(2022, 2023, kazakhstan=1_100.5)
    update()
    result = CliRunner().invoke(hamkor, ["revisions", "UZB", "KAZ", "--json"])
    revised = [row for row in json.loads(result.stdout) if row["REVISION"] is not None]
    assert [row["TIME_PERIOD"] for row in revised] == ["2022", "2023"]
    assert revised[0]["REVISION"] == pytest.approx(100 / 1_000.5)


def test_a_busy_provider_is_asked_again(update: Callable[..., Result], provider: Provider) -> None:
    provider.busy = 2
    assert update().exit_code == 0


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        ({"status": 500, "busy": 0}, 3), ({"status": 404}, 3), ({"cut": 40}, 3),
        ({"files": {EXPORTS: b"<!DOCTYPE html><html><body>Error</body></html>", IMPORTS: table(2023)}}, 2),
        ({"files": {EXPORTS: b"", IMPORTS: table(2023)}}, 3),
    ],
    ids=["server error", "not found", "cut short", "an error page", "empty"],
)  # fmt: skip
def test_what_fails_is_told_and_the_rest_comes_in(
    spoil: dict[str, Any], code: int, update: Callable[..., Result], provider: Provider, store: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    for name, value in spoil.items():
        setattr(provider, name, value)
    result = update("--json")
    assert result.exit_code == code
    failed = [one for one in json.loads(result.stdout) if one["state"] == "failed"]
    assert failed
    assert all(one["error"] for one in failed)
    assert len(open_store(store).state.vintages) == 2 - len(failed)


def test_brief_and_check_use_the_store_and_say_so(update: Callable[..., Result]) -> None:
    update()
    chain = why("central-asia", "export:UZB-KAZ:2023")[0]
    assert chain["id"].startswith("export:UZB-KAZ:2023@siat-")
    assert chain["id"] != "export:UZB-KAZ:2023@siat-1105"
    assert "from the store" in chain["source"]["note"]
    assert chain["cell"]["artifact"]["path"] == "siat/sdmx_data_1105.csv"
    assert chain["value"] == pytest.approx(1_010_500)


def test_a_store_is_made_anew_from_its_own_raw_files(update: Callable[..., Result], store: Path) -> None:
    update()
    before = open_store(store).records().collect()
    (store / "head.json").write_bytes((store / "head.json").read_bytes().replace(b'"format": 1', b'"format": 0'))
    with pytest.raises(BadInput, match="hamkor update --rebuild"):
        open_store(store)
    assert {one.state for one in rebuild()} == {"new"}
    assert open_store(store).records().collect().equals(before)


def test_sources_are_listed_with_what_the_store_has(update: Callable[..., Result]) -> None:
    update()
    result = CliRunner().invoke(hamkor, ["sources", "--json"])
    own = next(one for one in json.loads(result.stdout) if one["name"] == "siat")
    assert own["vintages"] == 2
    assert own["licence"]


def test_files_are_taken_from_a_folder(tmp_path: Path, store: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "sdmx_data_1105.csv").write_bytes(table(2022, 2023))
    (tmp_path / "files" / "notes.txt").write_text("nothing of a provider")
    result = CliRunner().invoke(hamkor, ["update", "--from", str(tmp_path / "files")])
    assert result.exit_code == 0
    assert len(open_store(store).state.vintages) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["update", "siatt"], "did you mean"), (["update", "--from", "no such folder"], "a folder with files"),
        (["update", "--rebuild"], "a store"), (["revisions", "UZB", "KAZ"], "hamkor update"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_told(arguments: list[str], message: str, store: Path) -> None:
    result = CliRunner().invoke(hamkor, arguments)
    assert isinstance(result.exception, BadInput)
    assert message in str(result.exception)


@pytest.mark.parametrize("validators", ["ETag", "Last-Modified"])
def test_what_has_not_changed_is_not_sent_again(
    update: Callable[..., Result], provider: Provider, store: Path, validators: str
) -> None:  # fmt: skip
    provider.validators = validators
    update()
    assert len(provider.sent) == 2
    before = open_store(store).state
    provider.sent.clear()
    again = update("--json")
    assert again.exit_code == 0
    assert provider.sent == []
    assert {one["state"] for one in json.loads(again.stdout)} == {"unchanged"}
    assert all(one["rows"] for one in json.loads(again.stdout))
    assert open_store(store).state == before
    provider.files[EXPORTS] = table(2022, 2023, 2024, kazakhstan=1_100.5)
    assert sorted(one["state"] for one in json.loads(update("--json").stdout)) == ["new", "unchanged"]
    assert [path.lstrip("/") for path in provider.sent] == [EXPORTS]


def test_a_server_that_says_nothing_of_its_files_is_asked_for_all(update: Callable[..., Result], provider: Provider) -> None:
    update()
    update()
    assert len(provider.sent) == 4


@pytest.mark.parametrize("spoil", ["the raw file", "what the server said"])
def test_a_file_that_the_store_has_lost_is_fetched_whole(
    update: Callable[..., Result], provider: Provider, store: Path, spoil: str
) -> None:  # fmt: skip
    provider.validators = "ETag"
    update()
    provider.sent.clear()
    for path in (store / "artifacts").rglob("*"):
        if path.is_file() and path.name.endswith(".origins.json") == (spoil == "what the server said"):
            path.write_bytes(b"{") if path.suffix else path.unlink()
    assert update().exit_code == 0
    assert len(provider.sent) == 2


def test_another_mirror_is_asked_for_the_whole_file(update: Callable[..., Result], provider: Provider, store: Path) -> None:
    provider.validators = "ETag"
    update()
    provider.sent.clear()
    other = provider.address.replace("127.0.0.1", "localhost")
    assert CliRunner().invoke(hamkor, ["update", "siat", "--mirror", other]).exit_code == 0
    assert len(provider.sent) == 2


def test_a_file_that_was_refused_is_asked_for_again(update: Callable[..., Result], provider: Provider) -> None:
    provider.validators = "ETag"
    provider.files[EXPORTS] = b"<!DOCTYPE html><html></html>"
    update()
    provider.sent.clear()
    assert update().exit_code == 2
    assert [path.lstrip("/") for path in provider.sent] == [EXPORTS]


def started(provider: Provider, store: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "hamkor", "update", "siat", "--mirror", provider.address, "--store", str(store), "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ.copy())


def test_two_updates_at_once_both_end_well_and_each_file_comes_in_once(provider: Provider, store: Path) -> None:
    provider.slow = 0.2
    both = [started(provider, store) for _ in range(2)]
    told = [one.communicate(timeout=120) for one in both]
    assert [one.returncode for one in both] == [0, 0], told
    states = sorted(one["state"] for out, _ in told for one in json.loads(out))
    assert states == ["new", "new", "unchanged", "unchanged"]
    vintages = open_store(store).state.vintages
    assert sorted(one.file for one in vintages) == ["sdmx_data_1105.csv", "sdmx_data_1176.csv"]
    assert len(open_store(store).records(every_vintage=True).collect()) == sum(one.rows for one in vintages)


def test_an_update_waits_for_another_writer_and_then_goes_on(provider: Provider, store: Path) -> None:
    with open_store(store).locked():
        waiting = started(provider, store)
        time.sleep(3.0)
        assert waiting.poll() is None
        assert not open_store(store).state.vintages
    _, told = waiting.communicate(timeout=120)
    assert waiting.returncode == 0, told
    assert len(open_store(store).state.vintages) == 2
