"""The outline of a region: what is read of it, that it may be swapped or left out, and that the shipped one is sound."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from hamkor.regions.find import region_folders
from hamkor.regions.pack import Pack, read_pack
from hamkor.schema.errors import ManyErrors
from hamkor.schema.outline import Land, Outline, Place

PACKS = [name for name, folder in region_folders().items() if (folder / "outline.geojson").exists()]
every_outline = pytest.mark.parametrize("name", PACKS)


def outline_of(pack: Pack) -> Outline:
    assert pack.outline is not None
    return pack.outline


def within(place: Place, land: Land) -> bool:
    """Whether a place lies in the land, by counting the borders that a line to the east crosses."""
    crossed = 0
    for polygon in land.polygons:
        for ring in polygon:
            for (x0, y0), (x1, y1) in pairwise(ring):
                if (y0 > place[1]) != (y1 > place[1]) and place[0] < x0 + (place[1] - y0) / (y1 - y0) * (x1 - x0):
                    crossed += 1
    return crossed % 2 == 1


@every_outline
def test_every_member_has_land_and_its_name_stands_on_it(name: str) -> None:
    pack = read_pack(region_folders()[name])
    lands = {land.economy: land for land in outline_of(pack).lands}
    assert set(lands) >= set(pack.region.members)
    assert [land.economy for land in lands.values() if not within(land.point, land)] == []


@every_outline
def test_an_outline_is_small_and_an_artifact_of_the_pack(name: str) -> None:
    folder = region_folders()[name]
    data = (folder / "outline.geojson").read_bytes()
    assert len(data) <= 150_000
    assert read_pack(folder).artifacts["outline.geojson"].sha256 == hashlib.sha256(data).hexdigest()


def test_central_asia_is_where_it_is() -> None:
    """Capitals lie in their countries; the enclave of Sokh lies in Uzbekistan and not in Kyrgyzstan around it."""
    lands = {land.economy: land for land in outline_of(read_pack(region_folders()["central-asia"])).lands}
    places = {
        "KAZ": (71.43, 51.13), "KGZ": (74.59, 42.87), "TJK": (68.78, 38.56), "TKM": (58.38, 37.95), "UZB": (69.24, 41.31),
    }  # fmt: skip
    for code, place in {**places, "baikonur": (63.3, 45.9), "sokh": (71.13, 39.97)}.items():
        owner = {"baikonur": "KAZ", "sokh": "UZB"}.get(code, code)
        assert [land.economy for land in lands.values() if within(place, land)] == [owner], code


def test_a_stretch_of_border_is_settled_or_disputed() -> None:
    borders = outline_of(read_pack(region_folders()["toyland"])).borders
    assert [border.disputed for border in borders] == [False, True]


def test_a_pack_without_an_outline_is_no_fault(spoil: Callable[[str, str, str], Path]) -> None:
    pack = read_pack(spoil("region.toml", 'outline = "outline.geojson"\n', ""))
    assert pack.outline is None
    assert "outline.geojson" not in pack.artifacts


def test_an_outline_may_be_swapped_and_name_the_point(spoil: Callable[[str, str, str], Path]) -> None:
    folder = spoil("region.toml", "outline.geojson", "mine.geojson")
    lands = [
        {
            "type": "Feature", "id": code, "properties": {"economy": code, "name": code, **more},
            "geometry": {"type": "MultiPolygon", "coordinates": [[[[x, 0, 9], [x + 2, 0, 9], [x + 2, 2, 9], [x, 0, 9]]]]},
        }
        for x, (code, more) in enumerate({"ALD": {"point": [0.5, 0.1]}, "BRE": {}, "COR": {}, "KAZ": {}}.items())
    ]  # fmt: skip
    (folder / "mine.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": lands}), encoding="utf-8")
    found = outline_of(read_pack(folder)).lands
    assert [land.economy for land in found] == ["ALD", "BRE", "COR", "KAZ"]
    assert found[0].point == (0.5, 0.1)
    assert found[1].point == pytest.approx((1 + 4 / 3, 2 / 3))
    assert found[0].polygons == ((((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 0.0)),),)


def test_faults_of_several_features_are_all_told(toyland: Path) -> None:
    path = toyland / "outline.geojson"
    text = path.read_text(encoding="utf-8").replace('"ALD"', '"ALX"').replace('"disputed"', '"open"')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ManyErrors) as caught:
        read_pack(toyland)
    assert [str(error).partition(":")[0] for error in caught.value.errors] == [
        "outline.geojson feature 1", "outline.geojson feature 5",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "5", "null", "[" * 100_000, "9" * 5000, '{"type": "FeatureCollection", "features": [5]}'])
def test_whatever_lies_in_it_is_told_with_its_file(text: str, toyland: Path) -> None:
    (toyland / "outline.geojson").write_text(text, encoding="utf-8")
    with pytest.raises(ManyErrors) as caught:
        read_pack(toyland)
    assert str(caught.value.errors[0]).startswith("outline.geojson")
