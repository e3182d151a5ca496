"""A text against the records of Central Asia: known errors of the press are found, with the right code and cause."""

from __future__ import annotations

import pytest

from hamkor.claims.claim import Finding
from hamkor.workbench.checks import check


def findings(text: str) -> list[Finding]:
    return list(check(text, region="central-asia", report_in="en").report.findings)


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        # FIELD pain 3: seven months printed as a year
        ("In 2024 trade between Uzbekistan and Kazakhstan was $2.2 billion.", "period-mislabelled", "January–July 2024"),
        ("В 2022 году экспорт Узбекистана в Казахстан составил 754 млн долларов.", "period-mislabelled", "January–July 2022"),
        # FIELD pain 4: the agri-food part printed as the total
        ("Trade between Kazakhstan and Kyrgyzstan in 2024 was $350.9 million.", "differs-from-record", "part of the trade"),
        # the same months of two years, one figure: 605.6 is that of January-October 2023 and of 2021
        ("In January-October 2025 Uzbekistan's exports to Kyrgyzstan were $422.1 million.", "period-mislabelled", "January–September 2025"),
        ("In January-September 2025 Uzbekistan's exports to Tajikistan were $406.3 billion.", "unit-suspect", ""),
        ("In January-September 2025 Uzbekistan's exports to Tajikistan were $460.3 million.", "differs-from-record", "$406.3 million"),
        ("As of 1 December 2025, 2,199 firms with Kazakh capital worked in Uzbekistan.", "differs-from-record", "1,199"),
    ],
)  # fmt: skip
def test_known_errors_are_found(text: str, code: str, word: str) -> None:
    found = [finding for finding in findings(text) if finding.code == code]
    assert found, findings(text)
    assert word in " ".join(f"{finding.message} {finding.cause}" for finding in found)


def test_the_other_sides_record_is_information() -> None:
    (found,) = findings("In 2022 Uzbekistan's exports to Kyrgyzstan were $979.3 million.")
    assert (found.code, found.severity) == ("mirror-gap", "information")
    assert found.facts


@pytest.mark.parametrize(
    "text",
    [
        "In January-September 2025 trade between Uzbekistan and Tajikistan was $571.3 million, up 17.6 percent.",
        "As of 1 December 2025, 1,199 firms with Kazakh capital worked in Uzbekistan.",
        "More than 1,100 firms with Kazakh capital work in Uzbekistan.",
        "In 1985 Uzbekistan's exports to Kazakhstan were $5 million.",
    ],
)
def test_what_the_records_say_raises_nothing(text: str) -> None:
    assert not findings(text)
