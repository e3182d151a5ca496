"""The register: what an entity claims, each claim with its source, contradicting ones side by side."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkor.register.entities import Claim, Entity, check_claim, claim_interval, read_entity
from hamkor.register.vocabulary import KINDS, Sort
from hamkor.schema.errors import BadInput
from hamkor.schema.units import UNITS

GOOD: dict[Sort, dict[str, Any]] = {
    "text": {"value": "under construction"},
    "date": {"value": "2025-11"},
    "count": {"value": 12},
    "money": {"value": 12, "unit": "USD million"},
    "share": {"value": 7.5, "unit": "%"},
    "quantity": {"value": 486, "unit": "km"},
    "rate": {"value": 20, "unit": "%"},
}
FITTING: dict[Sort, set[str]] = {
    "count": {"count"}, "money": {"money"}, "share": {"share"}, "quantity": {"quantity", "count", "share"},
    "rate": {"share", "rate"},
}  # fmt: skip
ATTRIBUTES = [(kind, name, attribute.sort) for kind, made in KINDS.items() for name, attribute in made.attributes.items()]
NUMBERS = [case for case in ATTRIBUTES if case[2] in FITTING]
every_attribute = pytest.mark.parametrize(("kind", "name", "sort"), ATTRIBUTES)

FUND: dict[str, Any] = {
    "title": "Uzbek-Tajik Investment Company",
    "parties": ["UZB", "TJK"],
    "claims": [
        {"attribute": "established", "value": "2021-09", "source": "azernews"},
        {"attribute": "capital", "value": 12, "unit": "USD million", "as-of": "2021", "source": "tuic"},
        {"attribute": "capital", "value": 100, "unit": "USD million", "as-of": "2021", "source": "mfa"},
        {"attribute": "shareholding", "value": 75, "unit": "%", "of": "the Uzbek side", "source": "tuic"},
    ],
}


def _claim(name: str, **cells: Any) -> Claim:
    return Claim(**({"attribute": name, "source": "s"} | cells))


def _read(raw: object, kind: str = "funds") -> tuple[Entity | None, list[str]]:
    entity, faults = read_entity(kind, "x", raw, where=f"register/{kind}.toml [x]")
    return entity, [str(fault) for fault in faults]


def _with_claim(**cells: Any) -> dict[str, Any]:
    claim = {"attribute": "capital", "value": 12, "unit": "USD million", "source": "tuic"} | cells
    return FUND | {"claims": [{key: value for key, value in claim.items() if value is not None}]}


# Claims


@every_attribute
def test_every_attribute_takes_a_value_of_its_sort(kind: str, name: str, sort: Sort) -> None:
    check_claim(_claim(name, **GOOD[sort]), kind, where="w")


@every_attribute
def test_no_attribute_takes_nothing(kind: str, name: str, sort: Sort) -> None:
    with pytest.raises(BadInput) as caught:
        check_claim(_claim(name, **(GOOD[sort] | {"value": ""})), kind, where="w")
    assert caught.value.where.startswith("w")
    assert caught.value.due


@pytest.mark.parametrize(("kind", "name", "sort"), NUMBERS)
def test_a_number_takes_the_units_of_its_sort_and_no_other(kind: str, name: str, sort: Sort) -> None:
    for printed in UNITS.values():
        claim = _claim(name, value=3, unit=printed.name)
        if printed.dimension in FITTING[sort]:
            check_claim(claim, kind, where="w")
        else:
            with pytest.raises(BadInput, match=f"a unit of {sort} is due"):
                check_claim(claim, kind, where="w")


@every_attribute
def test_a_value_of_another_sort_is_refused(kind: str, name: str, sort: Sort) -> None:
    wrong: dict[str, Any] = {"value": "ten"} | ({"unit": GOOD[sort]["unit"]} if "unit" in GOOD[sort] else {})
    if sort == "text":
        wrong = {"value": 10}
    with pytest.raises(BadInput) as caught:
        check_claim(_claim(name, **wrong), kind, where="w")
    assert str(wrong["value"]) in str(caught.value)


def test_a_date_is_a_text() -> None:
    with pytest.raises(BadInput, match="2022"):
        check_claim(_claim("established", value=2022), "funds", where="w")


@every_attribute
def test_no_claim_goes_without_a_source(kind: str, name: str, sort: Sort) -> None:
    with pytest.raises(BadInput, match="no source where the id of a source is due"):
        check_claim(_claim(name, **GOOD[sort], source=""), kind, where="w")


@pytest.mark.parametrize("kind", KINDS)
def test_an_attribute_of_no_kind_is_answered_with_those_of_this_kind(kind: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_claim(_claim("zzzzzz", value="x"), kind, where="w")
    assert caught.value.due == f"an attribute of {kind}"
    assert next(iter(KINDS[kind].attributes)) in caught.value.cure


@pytest.mark.parametrize("as_of", ["2025", "2025-11", "2025-11-16", "2025-01/2025-09"])
def test_an_as_of_date_may_be_a_date_or_a_span(as_of: str) -> None:
    check_claim(_claim("capital", value=1, unit="USD million", as_of=as_of), "funds", where="w")


@pytest.mark.parametrize("as_of", ["20x5", "2025-13", "2025-02-30", "2025-01/2025-13", "2025/soon", "2025-09/2025-01", "now"])
def test_an_as_of_date_that_is_none_is_refused(as_of: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_claim(_claim("capital", value=1, unit="USD million", as_of=as_of), "funds", where="w")
    assert caught.value.where == "w.as-of"


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_a_range_holds_its_ends_and_nothing_less(one: float, other: float) -> None:
    low, high = sorted((one, other))
    found = claim_interval(_claim("cost", low=low, high=high, unit="USD million"))
    assert (found.low, found.high) == (low * 1e6, high * 1e6)
    assert low * 1e6 <= found.value <= high * 1e6


@given(st.integers(0, 10**9))
def test_a_whole_number_is_known_to_half_a_unit(number: int) -> None:
    found = claim_interval(_claim("sessions-held", value=number))
    assert (found.low, found.value, found.high) == (number - 0.5, number, number + 0.5)


def test_a_bound_leaves_one_side_open() -> None:
    above = claim_interval(_claim("capital", value=200, unit="USD million", bound="above"))
    assert (above.low, above.high) == (200e6, None)


@pytest.mark.parametrize(
    "cells",
    [
        {"value": None},
        {"value": None, "low": 3.0},
        {"value": None, "high": 3.0},
        {"low": 3.0},
        {"high": 30.0},
        {"low": 3.0, "high": 30.0},
        {"value": None, "low": 5.0, "high": 3.0},
        {"value": None, "low": float("nan"), "high": 3.0},
        {"value": None, "low": 1.0, "high": float("inf")},
        {"value": float("nan")},
        {"value": float("inf")},
    ],
    ids=str,
)
def test_a_number_is_either_one_finite_value_or_a_whole_range(cells: dict[str, Any]) -> None:
    _, faults = _read(_with_claim(**cells))
    assert len(faults) == 1
    assert faults[0].startswith("register/funds.toml [x].claims[1]")


# Entities


def test_an_entity_keeps_its_claims_in_order_and_contradicting_ones_side_by_side() -> None:
    entity, faults = _read(FUND)
    assert faults == []
    assert entity is not None
    assert (entity.id, entity.kind, entity.title, entity.parties) == ("x", "funds", FUND["title"], ("UZB", "TJK"))
    assert [claim.attribute for claim in entity.claims] == ["established", "capital", "capital", "shareholding"]
    assert [(claim.value, claim.source) for claim in entity.of("capital")] == [(12, "tuic"), (100, "mfa")]
    assert entity.of("pipeline") == ()


def test_every_fault_of_an_entity_is_told_and_the_sound_claims_stay() -> None:
    raw = FUND | {
        "title": " ",
        "type": "zone",
        "claims": [
            *FUND["claims"],
            {"attribute": "capitl", "value": 1, "unit": "USD", "source": "s"},
            {"attribute": "capital", "value": 1, "unit": "km", "source": "s"},
            {"attribute": "opened", "value": "2025-02-30", "source": "s"},
            {"attribute": "stage", "value": "open"},
        ],
    }
    entity, faults = _read(raw)
    assert entity is not None
    assert len(entity.claims) == len(FUND["claims"])
    assert [fault.partition(": ")[0].removeprefix("register/funds.toml [x]") for fault in faults] == [
        "", "", ".claims[5]", ".claims[6]", ".claims[7].value", ".claims[8]",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (5, "`int`"),
        ({}, "`title`"),
        ({key: value for key, value in FUND.items() if key != "parties"}, "`parties`"),
        ({key: value for key, value in FUND.items() if key != "claims"}, "`claims`"),
        (FUND | {"titel": "x"}, "`titel`"),
        (FUND | {"parties": "UZB"}, "`str`"),
        (FUND | {"claims": ["x"]}, "`str`"),
    ],
)
def test_what_is_no_entity_is_told_with_the_fields_that_are_due(raw: object, told: str) -> None:
    entity, (fault,) = _read(raw)
    assert entity is None
    assert fault.startswith("register/funds.toml [x]: ")
    assert told in fault
    assert "title, parties and claims" in fault


@pytest.mark.parametrize(("cells", "told"), [({"sauce": "x"}, "`sauce`"), ({"value": True}, "`bool`"), ({"source": 5}, "`int`"),
                                             ({"source": None}, "`source`"), ({"low": "3"}, "`str`")])  # fmt: skip
def test_a_claim_with_a_wrong_field_is_told_with_its_number(cells: dict[str, Any], told: str) -> None:
    entity, (fault,) = _read(_with_claim(**cells))
    assert entity is not None
    assert entity.claims == ()
    assert fault.startswith("register/funds.toml [x].claims[1]: ")
    assert told in fault


def test_a_type_of_another_kind_is_refused() -> None:
    _, faults = _read(FUND | {"type": "free-trade", "claims": []}, "bodies")
    known = "known are: commission, council, forum, summit"
    assert faults == [f"register/bodies.toml [x]: type 'free-trade' where a type of bodies is due; {known}"]


def test_only_quantities_are_numbers() -> None:
    assert Claim("capital", "s", value=12).is_number
    assert Claim("cost", "s", low=1.0, high=2.0).is_number
    assert not Claim("stage", "s", value="open").is_number


KEYS = st.sampled_from(["title", "parties", "claims", "type", "attribute", "value", "source", "unit", "x"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates()
TOML = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4))


@given(TOML, st.sampled_from(sorted(KINDS)))
def test_whatever_toml_holds_is_an_entity_or_a_list_of_faults(raw: object, kind: str) -> None:
    entity, faults = read_entity(kind, "x", raw, where="w")
    assert entity is not None or faults
    assert all(fault.where.startswith("w") for fault in faults)
