"""The store loses nothing: vintages, their order, crashes, two writers, full and read-only disks."""

from __future__ import annotations

import datetime
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from hamkor.schema.errors import BadInput, SourceUnavailable
from hamkor.store import Arrival, State, Store, files, open_store, revision_triangle

DAY = datetime.datetime(2025, 3, 1)
CRASHES = 200 if os.environ.get("CI") else 25
"""Random instants at which a writer is killed."""


def frame(value: float) -> pl.DataFrame:
    row = {
        "FREQ": "A", "REPORTER": "UZB", "COUNTERPART": "KGZ", "FLOW": "export", "PRODUCT": "TOTAL", "TIME_PERIOD": "2024",
        "OBS_VALUE": value, "PRINTED": f"{value}", "UNIT_MULT": 3, "VALUATION": "FOB", "COVERAGE": "goods", "OBS_STATUS": "A",
        "TRANSFORMATION": "level", "LOCATOR": "B2",
    }  # fmt: skip
    return pl.DataFrame([row])


def arrival(value: float, file: str = "a.csv") -> Arrival:
    return Arrival("siat", file, "specimen", f"value {value}".encode(), frame(value), "attribution", "siat")


def on(day: int) -> datetime.datetime:
    return DAY + datetime.timedelta(days=day)


def two_vintages(folder: Path) -> Store:
    store, _ = open_store(folder).add(arrival(100.0), clock=lambda: on(0))
    return store.add(arrival(120.0), clock=lambda: on(30))[0]


def test_what_was_known_on_a_day_is_still_told(tmp_path: Path) -> None:
    store = two_vintages(tmp_path)
    assert store.records(as_of="2025-03-02").collect()["OBS_VALUE"].to_list() == [100.0]
    assert store.records().collect()["OBS_VALUE"].to_list() == [120.0]
    assert store.records(as_of="2024-01-01").collect().is_empty()
    assert revision_triangle(store.records(every_vintage=True).collect())["REVISION"].to_list() == [None, pytest.approx(0.2)]


def test_every_row_knows_its_file_and_licence(tmp_path: Path) -> None:
    row = two_vintages(tmp_path).records().collect().row(0, named=True)
    assert open_store(tmp_path).raw(row["ARTIFACT"]) == b"value 120.0"
    assert (row["LICENCE"], row["LOCATOR"]) == ("attribution", "B2")


def test_the_same_file_again_is_nothing_new(tmp_path: Path) -> None:
    store = two_vintages(tmp_path)
    again, new = store.add(arrival(120.0), clock=lambda: on(40))
    assert not new
    assert again.state == store.state


def test_a_replayed_page_is_refused(tmp_path: Path) -> None:
    store = two_vintages(tmp_path)
    with pytest.raises(BadInput, match="replayed an old page"):
        store.add(arrival(100.0), clock=lambda: on(40))
    assert open_store(tmp_path).state == store.state


def test_a_clock_that_goes_backwards_is_refused(tmp_path: Path) -> None:
    store = two_vintages(tmp_path)
    with pytest.raises(BadInput, match="clock that does not go backwards"):
        store.add(arrival(130.0), clock=lambda: on(10))
    assert open_store(tmp_path).state == store.state


def test_an_older_publication_finds_its_place(tmp_path: Path) -> None:
    store, _ = two_vintages(tmp_path).add(arrival(90.0, "old.csv"), released="2025-01-15", clock=lambda: on(40))
    assert store.records().collect()["OBS_VALUE"].to_list() == [120.0]
    assert store.records(as_of="2025-02-01").collect()["OBS_VALUE"].to_list() == [90.0]


def test_a_publication_in_the_future_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="a day not after 2025-03-01"):
        open_store(tmp_path).add(arrival(1.0), released="2026-01-01", clock=lambda: on(0))


def test_a_row_that_is_no_record_leaves_the_store_unchanged(tmp_path: Path) -> None:
    store = two_vintages(tmp_path)
    wrong = Arrival("siat", "b.csv", "specimen", b"wrong", frame(-5.0), "attribution", "siat")
    with pytest.raises(BadInput, match="OBS_VALUE"):
        store.add(wrong, clock=lambda: on(40))
    assert open_store(tmp_path).state == store.state


def test_two_writers_one_waits_or_says_so(tmp_path: Path) -> None:
    store = two_vintages(tmp_path)
    with store.writing(), pytest.raises(SourceUnavailable, match="another update is writing"):
        store.add(arrival(130.0), wait=0.1)


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = two_vintages(tmp_path)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SourceUnavailable, match="No space left on device"):
        store.add(arrival(130.0), clock=lambda: on(40))
    assert open_store(tmp_path).state == store.state
    assert not list(tmp_path.rglob(f"{files.PARTIAL}*"))


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SourceUnavailable, match="cannot be written to"):
        Store(tmp_path / "file" / "store", State()).add(arrival(1.0))


@pytest.mark.parametrize(("head", "told"), [(b'{"format": 0}', "rebuild"), (b'{"format": 99}', "newer"), (b"{", "damaged")])
def test_a_store_of_another_version_or_damaged_says_how_to_go_on(tmp_path: Path, head: bytes, told: str) -> None:
    (tmp_path / "head.json").write_bytes(head)
    with pytest.raises(BadInput, match=told):
        open_store(tmp_path)


def test_a_raw_file_that_was_changed_is_found_out(tmp_path: Path) -> None:
    store = two_vintages(tmp_path)
    digest = store.state.vintages[0].artifact
    (tmp_path / "artifacts" / digest[:2] / digest).write_bytes(b"other")
    with pytest.raises(BadInput, match="its bytes were changed"):
        store.raw(digest)


WRITER = """
import sys; from pathlib import Path
from tests.store.test_store import arrival; from hamkor.store import open_store
store = open_store(Path(sys.argv[1])); print("ready", flush=True); first = len(store.state.vintages)
for i in range(10_000):
    store, _ = store.add(arrival(float(first + i), f"{first + i}.csv")); print(len(store.state.vintages), flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is of POSIX")
def test_a_writer_killed_at_any_instant_leaves_the_state_before_or_after(tmp_path: Path) -> None:
    chance = random.Random(5)
    for _ in range(CRASHES):
        before = len(open_store(tmp_path).state.vintages)
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.0, 0.05))
        writer.send_signal(signal.SIGKILL)
        said = [int(line) for line in writer.stdout.read().split("\n") if line.strip()]
        writer.stdout.close()
        writer.wait()
        store = open_store(tmp_path)
        assert len(store.state.vintages) - max([before, *said]) in (0, 1)
        assert len(store.records(every_vintage=True).collect()) == len(store.state.vintages)
        store, new = store.add(arrival(-0.0, f"after {len(store.state.vintages)}.csv"))
        assert new
