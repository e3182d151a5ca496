"""Every language file passes this suite; it is found by itself when it is added."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import pytest
from babel import Locale
from babel.numbers import parse_decimal
from hypothesis import given
from hypothesis import strategies as st

from hamkor import workbench
from hamkor.briefs.speaker import KINDS as FACT_KINDS
from hamkor.languages.language import CLOSE, OPEN, Language, language, languages, plain
from hamkor.register.vocabulary import KINDS
from hamkor.schema.periods import Period
from hamkor.schema.provenance import Licence
from hamkor.schema.tables import BOUNDS, COVERAGES
from hamkor.schema.units import UNITS

SOURCE = Path(__file__).parents[2] / "src" / "hamkor"
CODES = [code for code in languages() if code != "en"]


def raw(code: str) -> dict[str, Any]:
    return tomllib.loads(files("hamkor.languages").joinpath(f"{code}.toml").read_text(encoding="utf-8"))


def placeholders(voice: Language, key: str) -> set[tuple[str, str]]:
    """Arguments of a message with their kinds; all grammatical cases of a name count as one kind."""
    cases = set(voice.cases)
    return {(name, "name" if kind in cases else kind) for name, kind in voice.message(key).placeholders}


def read(text: str, code: str) -> float:
    """A printed number as the language's locale reads it."""
    return float(parse_decimal(text.replace("−", "-"), locale=Locale.parse(raw(code)["locale"], sep="-")))


@pytest.mark.parametrize("code", languages())
def test_a_language_has_the_keys_and_placeholders_of_english(code: str) -> None:
    ours, english = language(code), language("en")
    assert ours.messages.keys() == english.messages.keys()
    for key in english.messages:
        assert placeholders(ours, key) == placeholders(english, key), key


@pytest.mark.parametrize("code", languages())
def test_a_language_has_every_name_in_every_case_and_every_unit(code: str) -> None:
    ours, english = raw(code), raw("en")
    assert ours["economies"].keys() == english["economies"].keys()
    assert all(set(names) == set(ours["cases"]) for names in ours["economies"].values())
    bases = {unit.base for unit in UNITS.values() if unit.base not in ("USD", "KZT", "1")}
    assert set(ours["units"]) == bases
    for section in ("numbers", "periods"):
        assert ours[section].keys() == english[section].keys()
    assert {currency: set(forms) for currency, forms in ours["money"].items()} == {
        currency: set(forms) for currency, forms in english["money"].items()
    }


@pytest.mark.parametrize("code", languages())
def test_plural_forms_cover_the_categories_of_the_language(code: str) -> None:
    ours = raw(code)
    categories = Locale.parse(ours["locale"], sep="-").plural_form.tags | {"other"}
    money = [form for forms in ours["money"].values() for form in forms.values()]
    plurals = [*ours["units"].values(), *ours["messages"].values(), *money]
    for forms in plurals:
        if isinstance(forms, dict):
            assert set(forms) - {"plural"} <= categories
            assert "other" in forms


@pytest.mark.parametrize("code", languages())
def test_messages_hold_no_number_and_no_bare_sign(code: str) -> None:
    for key, text in raw(code)["messages"].items():
        for form in text.values() if isinstance(text, dict) else [text]:
            assert not any(sign.isdigit() for sign in form), key
            assert not re.search(r"[-+−%]\{|\}[%+−]", form), key


@pytest.mark.parametrize("code", CODES)
def test_nothing_is_left_in_english(code: str) -> None:
    ours, english = raw(code)["messages"], raw("en")["messages"]
    same = {
        key for key in english if ours[key] == english[key] and re.search(r"[A-Za-z]{3}", re.sub(r"\{[^}]*\}", "", ours[key]))
    }
    assert not same


@pytest.mark.parametrize("code", languages())
def test_no_shipped_font_lacks_a_sign_of_the_language(code: str) -> None:
    from fontTools.ttLib import TTFont

    folder = SOURCE / "briefs" / "fonts"
    names = {"Vazirmatn": "Vazirmatn", "IBM Plex Sans": "IBMPlexSans"}
    for weight in ("Regular", "Bold"):
        known: set[int] = set()
        for font in language(code).fonts:
            known |= set(TTFont(folder / f"{names[font]}-{weight}.ttf").getBestCmap())
        text = str(raw(code))
        missing = {sign for sign in text if ord(sign) not in known and not sign.isspace() and sign not in (OPEN, CLOSE)}
        assert not missing


def test_every_message_is_used_and_every_message_used_exists() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    literal = set(re.findall(r'"([a-z]+(?:[.-][a-z-]+)+)"', code)) | set(re.findall(r'say\(\s*"([a-z.-]+)"', code))
    prefixes = tuple(stem for stem in re.findall(r'f"([a-z.-]+)\{', code) if "." in stem)
    keys = set(language("en").messages)
    unused = {key for key in keys if key not in literal and not key.startswith(prefixes) and not key.endswith(".heading")}
    assert not unused
    said = set(re.findall(r'say\(\s*"([a-z.-]+)"', code))
    assert said <= keys


def test_messages_that_are_chosen_by_data_all_exist() -> None:
    keys = set(language("en").messages)
    due = {f"attribute.{name}" for kind in KINDS.values() for name, what in kind.attributes.items() if what.sort != "text"}
    due |= {f"attribute.{name}" for kind in ("funds", "zones", "projects") for name in KINDS[kind].attributes}
    due |= {f"licence.{name}" for name in get_args(Licence)} | {f"coverage.{name}" for name in COVERAGES}
    due |= {f"bound.{name}" for name in BOUNDS} | {f"firms.{name}" for name in KINDS["firms"].types}
    for region in workbench.installed_regions():
        found = workbench.workspace(region)
        for fact in found.facts.by_id.values():
            if fact.derivation is not None:
                due |= {f"formula.{fact.name}", f"states.{fact.name}"}
            if fact.subset:
                due.add(f"subset.{fact.subset}")
            if fact.name.startswith("corridor."):
                due |= {f"indicator.{fact.name.partition('.')[2]}", f"mode.{fact.entities[1]}"}
    due |= {f"states.{flow}{suffix}" for flow in ("turnover", "export", "import") for suffix in ("", "-growth")}
    assert due <= keys


def test_every_kind_of_placeholder_is_known() -> None:
    for code in languages():
        voice = language(code)
        known = FACT_KINDS | set(voice.cases) | {"line"}
        for key, message in voice.messages.items():
            assert {kind for _, kind in message.placeholders} <= known, key


@given(value=st.floats(-1e12, 1e12), decimals=st.integers(0, 3), code=st.sampled_from(languages()))
def test_a_number_is_isolated_and_its_minus_is_u2212(value: float, decimals: int, code: str) -> None:
    text = language(code).number(value, decimals=decimals)
    assert text.startswith(OPEN)
    assert text.endswith(CLOSE)
    assert "-" not in text
    inner = plain(text)
    assert inner.startswith("−") == (round(value, decimals) < 0)
    assert read(inner, code) == pytest.approx(value, abs=0.51 * 10.0**-decimals)


@given(value=st.floats(1e3, 9e11), digits=st.integers(1, 6), code=st.sampled_from(languages()))
def test_money_is_printed_within_half_of_its_last_digit(value: float, digits: int, code: str) -> None:
    text = plain(language(code).money(value))
    (digits_shown,) = re.findall(r"[0-9][0-9.,\u00a0\u202f]*", text.replace("\u00a0", "\u202f")) or [""]
    number = read(digits_shown.strip("\u202f").replace("\u202f", "\u00a0"), code)
    words = raw(code)["money"]["USD"]
    scales = {"billion": 1e9, "million": 1e6, "thousand": 1e3, "one": 1.0}
    assert any(
        text == form.replace("{sign}", "").replace("{number}", digits_shown.strip("\u202f").replace("\u202f", "\u00a0"))
        and abs(number * scale - value) <= 0.0051 * value
        for word, scale in scales.items()
        for form in (words[word].values() if isinstance(words[word], dict) else [words[word]])
    ), text


@given(start=st.integers(1990 * 12, 2040 * 12), months=st.integers(0, 40), code=st.sampled_from(languages()))
def test_a_period_in_words_names_its_years(start: int, months: int, code: str) -> None:
    period = Period(start, start + months)
    text = language(code).period(period)
    assert str(period.year) in text
    assert str(period.first // 12) in text
    assert "{" not in text
