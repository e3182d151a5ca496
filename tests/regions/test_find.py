"""Regions are found by the entry points of installed packages, or by the path of a folder."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

import pytest

from hamkor.regions.find import GROUP, region_folder, region_folders
from hamkor.schema.errors import BadInput


def test_every_entry_point_is_a_region_with_a_region_toml() -> None:
    folders = region_folders()
    assert set(folders) == {entry.name for entry in entry_points(group=GROUP)}
    assert {"central-asia", "toyland"} <= set(folders)
    assert all((folder / "region.toml").is_file() for folder in folders.values())


def test_regions_come_in_the_order_of_their_names() -> None:
    assert list(region_folders()) == sorted(region_folders())


def test_a_package_announces_a_region_without_any_change_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "northland_pack"
    package.mkdir()
    (package / "__init__.py").write_text('"""Northland."""\n', encoding="utf-8")
    (package / "region.toml").write_text('id = "northland"\n', encoding="utf-8")
    about = tmp_path / "northland-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: northland\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("[hamkor.regions]\nnorthland = northland_pack\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert region_folders()["northland"] == region_folder("northland") == package


def test_a_package_that_is_gone_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    about = tmp_path / "gone-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: gone\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(
        "[hamkor.regions]\ngone = no_such_package\ngone-too = no_such_parent.child\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "toyland" in region_folders()
    assert not {"gone", "gone-too"} & set(region_folders())


def test_a_name_is_found_whatever_the_folder_one_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert (region_folder("toyland") / "region.toml").is_file()


def test_the_path_of_a_folder_is_a_region(toyland: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert region_folder(str(toyland)) == toyland
    monkeypatch.chdir(toyland.parent)
    assert region_folder(f"./{toyland.name}").resolve() == toyland.resolve()


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        ("toylad", "did you mean 'toyland'?"),
        ("Central-Asia", "did you mean 'central-asia'?"),
        ("central_asia", "did you mean 'central-asia'?"),
        ("xx", "known are: central-asia, toyland"),
    ],
)
def test_an_unknown_name_is_answered_with_the_known_ones(name: str, cure: str) -> None:
    with pytest.raises(BadInput) as caught:
        region_folder(name)
    assert str(caught.value) == f"region '{name}' where a region or a folder with a region.toml is due; {cure}"


def test_a_folder_without_a_region_toml_is_no_region(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"a folder with a region\.toml is due"):
        region_folder(str(tmp_path))


@pytest.mark.parametrize("name", ["x" * 300, "a\0b"], ids=["too long", "with a null byte"])
def test_a_name_that_can_be_no_path_is_bad_input(name: str) -> None:
    with pytest.raises(BadInput, match="a region or a folder"):
        region_folder(name)
