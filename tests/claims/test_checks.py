"""What a text gets wrong is found, with the right code; what holds raises nothing."""

from __future__ import annotations

import pytest
from tests.claims.scoring import read

from hamkor.claims.checks import check_text

SUM = "In January-September 2025 trade between Uzbekistan and Kazakhstan was ${total}. Exports were $1.06 billion and imports $2.42 billion."


def codes(text: str) -> list[str]:
    return [flaw.code for flaw in check_text(read(text).claims).flaws]


def test_a_right_sum_is_confirmed() -> None:
    checked = check_text(read(SUM.replace("{total}", "3.48 billion")).claims)
    assert [flaw.code for flaw in checked.confirmed] == ["sum"]
    assert not checked.flaws


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (SUM.replace("{total}", "3.84 billion"), "sum-mismatch"),
        (SUM.replace("{total}", "3.48 million"), "part-exceeds-whole"),
        # FIELD pain 5: printed 626.1 where the parts give 602.1; printed 254.5 where they give 252.5
        ("За январь-ноябрь 2021 года товарооборот Узбекистана с Туркменистаном составил 626,1 млн долларов: импорт - 450,6 млн, экспорт - 151,5 млн долларов.", "sum-mismatch"),
        ("In January-April 2022 Uzbekistan's trade with Turkmenistan was $254.5 million, with imports of $203.3 million and exports of $49.2 million.", "sum-mismatch"),
        ("In January-November 2021 trade between Turkmenistan and Uzbekistan was $626.1 million. Uzbekistan's imports from Turkmenistan were $450.6 million and exports $151.5 million.", "sum-mismatch"),
        # the total falls less than either part
        ("In January-August 2024 trade of Uzbekistan with Kazakhstan fell by 7.6 percent. Exports fell by 8.9 percent and imports by 11.7 percent.", "growth-outside-parts"),
        ("Trade of Uzbekistan with Tajikistan in January-October 2024 fell by 7.3 percent to $564.2 million from $605.6 million in January-October 2023.", "growth-mismatch"),
        ("In 2024 Uzbekistan's exports to Kazakhstan were $1.53 billion and imports $2.92 billion. The deficit was $1.93 billion.", "balance-mismatch"),
        ("In 2024 Uzbekistan's trade with Kazakhstan was $4.26 billion. In 2024 Uzbekistan's trade with Kazakhstan was $4.62 billion.", "conflicting-repeat"),
        ("In 2024 Uzbekistan's exports to Kazakhstan were $1.9 billion. In January-September 2024 Uzbekistan's exports to Kazakhstan were $2.1 billion.", "part-exceeds-whole"),
        ("Uzbekistan's foreign trade was $65.9 billion in 2024. Uzbekistan's trade with Kazakhstan was $4.3 billion in 2024. Kazakhstan's share in Uzbekistan's foreign trade was 9.5 percent in 2024.", "share-mismatch"),
        ("In 2024 trade between Uzbekistan and Kazakhstan was $4.26 billion. Exports were $1.53 billion and imports $2.73 million.", "unit-suspect"),
        # 421 firms by sector where 410 are printed
        ("As of 1 February 2026 there were 410 enterprises with Tajik capital in Uzbekistan: 144 in trade, 89 in industry, 57 in other fields, 43 in construction, 33 in information technology, 23 in catering, 16 in transport, 11 in health and 5 in agriculture.", "sum-mismatch"),
    ],
)  # fmt: skip
def test_each_kind_of_error_has_its_code(text: str, code: str) -> None:
    assert code in codes(text)


def test_rounding_alone_is_no_error() -> None:
    # 979.3 + 280.7 = 1260.0, printed 1.3 billion
    assert not codes(
        "In 2022 Uzbekistan's trade with Kyrgyzstan was $1.3 billion; exports were $979.3 million, imports $280.7 million."
    )
