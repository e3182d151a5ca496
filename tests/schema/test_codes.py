"""Codes of economies, products and currencies."""

import contextlib
import csv
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkor.schema.currencies import currencies, currency
from hamkor.schema.economies import economies, economy
from hamkor.schema.errors import BadInput
from hamkor.schema.products import chapter_of, product, products, section_of

TABLES: list[tuple[Any, Any]] = [(economies, economy), (products, product), (currencies, currency)]
CURRENT = [row for row in economies().values() if row.kind == "current"]
HISTORICAL = [row for row in economies().values() if row.kind == "historical"]
any_code = st.sampled_from([(find, code) for table, find in TABLES for code in table()])


# Every table


@pytest.mark.parametrize(("rows", "find"), TABLES)
def test_every_code_round_trips(rows: Any, find: Any) -> None:
    assert all(find(code) is row and row.code == code for code, row in rows().items())


@given(any_code, st.randoms(use_true_random=False), st.sampled_from(["", " ", "\n"]))
def test_neither_case_nor_space_around_a_code_matters(case: tuple[Any, str], random: Any, space: str) -> None:
    find, code = case
    written = "".join(random.choice([letter.lower(), letter.upper()]) for letter in code)
    assert find(space + written + space).code == code


@given(st.sampled_from(TABLES), st.text(max_size=6))
def test_any_text_is_either_a_code_or_bad_input(table: tuple[Any, Any], text: str) -> None:
    rows, find = table
    with contextlib.suppress(BadInput):
        assert find(text) in rows().values()


@pytest.mark.parametrize(("rows", "find"), TABLES)
def test_no_code_or_name_stands_twice_or_with_space_around_it(rows: Any, find: Any) -> None:
    table: Mapping[str, Any] = rows()
    source = Path(sys.modules[find.__module__].__file__ or "").with_suffix(".csv")
    with source.open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    assert len(read) == len(table)
    assert all(cell == cell.strip() for row in read for cell in row.values())
    names = [row["name"] for row in read if row.get("kind") != "section"]  # chapter 93 is section XIX
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("rows", "find"), TABLES)
def test_a_table_cannot_be_changed(rows: Any, find: Any) -> None:
    code, row = next(iter(rows().items()))
    with pytest.raises(TypeError):
        rows()[code] = row
    with pytest.raises(AttributeError):
        row.name = "other"


@pytest.mark.parametrize(("find", "code"), [(economy, "ıND"), (economy, "ß"), (currency, "²"), (product, "２7")])
def test_letters_that_only_look_like_a_code_are_no_code(find: Any, code: str) -> None:
    with pytest.raises(BadInput):
        find(code)


@pytest.mark.parametrize(
    ("find", "written", "cure"),
    [
        (economy, "Uzbekistan", "did you mean UZB (Uzbekistan)?"),
        (economy, "Russian Federation", "did you mean RUS (Russia)?"),
        (economy, "Viet Nam", "VNM (Vietnam)"),
        (economy, "UZK", "UZB (Uzbekistan)"),
        (currency, "dollars", "Dollar"),
        (currency, "UZSS", "UZS (Uzbekistani Som)"),
        (product, "coton", "52 (cotton)"),
    ],
)
def test_an_unknown_code_is_told_with_what_may_be_meant(find: Any, written: str, cure: str) -> None:
    with pytest.raises(BadInput) as caught:
        find(written, where="trade.csv row 4")
    assert str(caught.value).startswith(f"trade.csv row 4: {written!r} where a")
    assert cure in str(caught.value)


def test_what_resembles_nothing_is_told_without_a_guess() -> None:
    with pytest.raises(BadInput) as caught:
        economy("@@@@")
    assert str(caught.value) == "economy: '@@@@' where an economy code is due"


def test_reading_codes_needs_no_polars() -> None:
    script = (
        "import sys, hamkor.schema.economies as e, hamkor.schema.products as p, hamkor.schema.currencies as c;"
        "e.economy('UZB'), p.product('27'), c.currency('UZS');"
        "assert 'polars' not in sys.modules and 'babel' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


# Economies


def test_iso_3166_1_has_249_current_entries() -> None:
    assert len(CURRENT) == 249
    assert all(entry.alpha2 and entry.m49 for entry in CURRENT)


def test_the_withdrawn_countries_of_iso_3166_3_are_known() -> None:
    withdrawn = {
        *("AFI", "ANT", "ATB", "ATN", "BUR", "BYS", "CSK", "CTE", "DDR", "DHY", "FXX", "GEL", "HVO", "JTN", "MID"),
        *("NHB", "NTZ", "PCI", "PCZ", "PUS", "RHO", "SCG", "SKM", "SUN", "TMP", "VDR", "WAK", "YMD", "YUG", "ZAR"),
    }
    assert withdrawn < {row.code for row in HISTORICAL}


@pytest.mark.parametrize("entry", CURRENT, ids=lambda entry: str(entry.code))
def test_alpha_2_and_number_of_a_current_economy_lead_back_to_it(entry: Any) -> None:
    number = entry.m49
    assert economy(entry.alpha2) == economy(number) == economy(number.lstrip("0")) == economy("0" + number) == entry


@pytest.mark.parametrize("entry", economies().values(), ids=lambda entry: str(entry.code))
def test_an_economy_is_found_by_its_comtrade_numbers_and_has_well_formed_codes(entry: Any) -> None:
    assert all(economy(number) == entry and str(int(number)) == number for number in entry.comtrade)
    assert not entry.m49 or (len(entry.m49) == 3 and entry.m49.isdigit())
    assert not entry.alpha2 or (len(entry.alpha2) == 2 and entry.alpha2.isalpha() and entry.alpha2.isupper())


@pytest.mark.parametrize("entry", HISTORICAL, ids=lambda entry: str(entry.code))
def test_a_historical_economy_has_an_end_and_successors_that_outlive_it(entry: Any) -> None:
    heirs = [economies()[code] for code in entry.successors]
    assert heirs
    assert (entry.valid_from or 0) <= entry.valid_to
    assert all((heir.valid_from or 0) <= entry.valid_to + 1 for heir in heirs)
    assert all(heir.valid_to is None or heir.valid_to > entry.valid_to for heir in heirs)


def test_only_a_historical_economy_has_an_end() -> None:
    assert all((row.valid_to is None) == (row.kind != "historical") for row in economies().values())


def test_comtrade_842_is_the_united_states() -> None:
    assert economy("842").code == "USA"


def test_comtrade_490_is_taiwan_and_says_so() -> None:
    assert economy("490").code == "TWN"
    assert "490" in economy("TWN").comtrade


@pytest.mark.parametrize(
    ("number", "code"),
    [
        *[("0", "W1"), ("1", "W1"), ("899", "_X"), ("837", "X1"), ("838", "X2"), ("839", "XX"), ("97", "EUU")],
        *[("251", "FRA"), ("757", "CHE"), ("579", "NOR"), ("699", "IND"), ("381", "ITA"), ("412", "XKX")],
        *[("810", "SUN"), ("890", "YUG"), ("891", "SCG"), ("200", "CSK"), ("278", "DDR"), ("720", "YMD")],
        *[("530", "ANT"), ("058", "BLX"), ("711", "ZA1"), ("582", "PCI"), ("849", "PUS")],
        *[("736", "SDN"), ("280", "DEU"), ("230", "ETH")],
    ],
)
def test_a_number_of_the_trade_statistics_names_an_economy(number: str, code: str) -> None:
    assert economy(number).code == code


@pytest.mark.parametrize(
    ("shared", "code"), [("104", "MMR"), ("180", "COD"), ("626", "TLS"), ("BY", "BLR"), ("AI", "AIA"), ("CS", "SCG")]
)
def test_a_code_that_was_given_twice_means_the_later_economy(shared: str, code: str) -> None:
    assert economy(shared).code == code


def test_the_soviet_union_was_succeeded_by_fifteen_economies() -> None:
    heirs = economy("SUN").successors
    assert len(heirs) == 15
    assert {"UZB", "KAZ", "KGZ", "TJK", "TKM"} < set(heirs)
    assert {economy(code).valid_from for code in heirs} == {1991}


# Products


def test_there_are_21_sections_and_97_chapters() -> None:
    kinds = [product.kind for product in products().values()]
    assert (kinds.count("section"), kinds.count("chapter")) == (21, 97)
    assert [code for code in products() if code.isdigit()] == [f"{number:02d}" for number in range(1, 100)]


def test_chapters_follow_the_order_of_the_sections() -> None:
    sections = [code for code, product in products().items() if product.kind == "section"]
    order = [sections.index(section_of(f"{number:02d}")) for number in range(1, 98)]
    assert order == sorted(order)
    assert set(order) == set(range(21))


@given(st.integers(1, 99), st.text("0123456789", max_size=10).filter(lambda digits: len(digits) % 2 == 0))
def test_a_longer_code_falls_under_its_first_two_digits(number: int, digits: str) -> None:
    chapter = f"{number:02d}"
    assert chapter_of(chapter + digits) == product(chapter + digits).code == chapter


def test_dots_between_the_digits_do_not_matter() -> None:
    assert chapter_of("2709.00.10") == "27"


@pytest.mark.parametrize("code", ["7", "709", "81090"])
def test_a_lost_leading_zero_is_told_with_its_cure(code: str) -> None:
    with pytest.raises(BadInput, match=f"write '0{code}'"):
        product(code)


@pytest.mark.parametrize("code", ["00", "0012", "", ".", "12345678901234", "XXII", "-1"])
def test_what_is_no_product_is_bad_input(code: str) -> None:
    with pytest.raises(BadInput):
        product(code)


@pytest.mark.parametrize("code", ["98", "99", "9999", "TOTAL"])
def test_a_special_code_stands_outside_the_sections(code: str) -> None:
    with pytest.raises(BadInput, match="count it apart"):
        section_of(code)


# Currencies


@pytest.mark.parametrize("entry", currencies().values(), ids=lambda entry: str(entry.code))
def test_a_currency_is_found_by_its_number_unless_a_later_one_has_it(entry: Any) -> None:
    found = currency(entry.numeric.lstrip("0"))
    assert found.numeric == entry.numeric
    assert found == entry or (entry.valid_to or 9999) <= (found.valid_to or 9999)


@pytest.mark.parametrize("entry", currencies().values(), ids=lambda entry: str(entry.code))
def test_a_currency_has_three_letters_three_digits_and_at_most_four_decimals(entry: Any) -> None:
    assert len(entry.code) == len(entry.numeric) == 3
    assert entry.code.isalpha()
    assert entry.code.isupper()
    assert entry.numeric.isdigit()
    assert entry.minor_units in {None, 0, 2, 3, 4}


def test_no_two_present_currencies_share_a_number() -> None:
    numbers = [row.numeric for row in currencies().values() if row.valid_to is None]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize(
    ("number", "code"), [("860", "UZS"), ("398", "KZT"), ("417", "KGS"), ("972", "TJS"), ("934", "TMT"), ("810", "RUR")]
)
def test_a_number_of_iso_4217_names_a_currency(number: str, code: str) -> None:
    assert currency(number).code == code


def test_the_withdrawn_currencies_of_the_region_are_known() -> None:
    assert {code: currency(code).valid_to for code in ("RUR", "TJR", "TMM", "AZM")} == {
        "RUR": 1998,
        "TJR": 2000,
        "TMM": 2008,
        "AZM": 2006,
    }


def test_gold_has_no_minor_unit_and_the_dinar_of_kuwait_three_decimals() -> None:
    assert currency("XAU").minor_units is None
    assert currency("KWD").minor_units == 3
    assert currency("JPY").minor_units == 0


# Against published tables


def published(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "trade" / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.conformance
def test_every_country_of_baci_has_the_same_alpha_3(conformance: Path) -> None:
    # BACI writes BEL for Belgium and Luxembourg together and leaves "other Asia" its Comtrade code S19
    ours = {"58": "BLX", "490": "TWN"}
    rows = published(conformance, "baci_country_codes_V202601.csv")
    assert len(rows) == 238
    for row in rows:
        assert economy(row["country_code"]).code == ours.get(row["country_code"], row["country_iso3"]), row


@pytest.mark.conformance
def test_current_codes_agree_with_cldr(conformance: Path) -> None:
    rows = published(conformance, "country_names_9_scripts_cldr.csv")
    theirs = {(row["iso3"], row["iso2"], row["m49"]) for row in rows}
    assert theirs == {(e.code, e.alpha2, e.m49) for e in economies().values() if e.kind == "current"}


@pytest.mark.conformance
def test_sections_and_chapters_agree_with_hs_2022(conformance: Path) -> None:
    rows = [row for row in published(conformance, "hs2022_comtrade_en.csv") if row["hscode"][:2] != "99"]
    goods = [row for row in rows if row["hscode"].isdigit()]
    assert all(section_of(row["hscode"]) == row["section"] for row in goods)
    chapters = {code for code, product in products().items() if product.kind == "chapter"}
    assert {row["hscode"] for row in goods if row["level"] == "2"} == chapters - {"77"}


@pytest.mark.conformance
def test_every_partner_that_national_offices_print_is_known(conformance: Path) -> None:
    printed = {row["COUNTERPART"] for row in published(conformance, "ca_national_trade_by_partner.csv")}
    # numbers that have no present alpha-3 stand there as the office wrote them, after a question mark
    numbers = {code for code in printed if code.startswith("?")}
    assert {code: economy(code.removeprefix("?")).code for code in numbers} == {"?736": "SDN", "?530": "ANT"}
    assert all(economy(code).code == code for code in printed - numbers)
