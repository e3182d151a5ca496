"""The brief that started it all: every trade figure of it is found, placed right, and nothing false is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hamkor.claims.claim import Claim
from hamkor.workbench.checks import check

PERIOD = "2025-01/2025-09"
LEVELS = {
    "KAZ": (3.48e9, 1.06e9, 2.42e9),
    "KGZ": (672.8e6, 422.1e6, 250.7e6),
    "TJK": (571.3e6, 406.3e6, 165e6),
    "TKM": (750e6, 111.1e6, 638.9e6),
}
GROWTH = {("KAZ", "turnover"): 0.155, ("KGZ", "turnover"): 0.147, ("TJK", "turnover"): 0.176, ("TKM", "export"): 0.263}
FIRMS = {("UZB", "KAZ"): 1100, ("UZB", "KGZ"): 300, ("TJK", "UZB"): 100, ("UZB", "TJK"): 300, ("UZB", "TKM"): 200}


@pytest.mark.conformance
def test_the_article_is_read_whole_and_right(conformance: Path) -> None:
    found = check((conformance.parent / "article" / "article.ar.txt").read_bytes(), name="article.ar.txt")
    report = found.report

    def of(kind: str) -> list[Claim]:
        return [claim for claim in report.claims if claim.kind == kind]

    amounts = {(claim.counterpart, claim.flow): claim.value for claim in of("amount")}
    assert all(claim.reporter == "UZB" and claim.period == PERIOD for claim in of("amount"))
    for partner, levels in LEVELS.items():
        assert tuple(amounts[(partner, flow)] for flow in ("turnover", "export", "import")) == pytest.approx(levels)
    assert {(claim.counterpart, claim.measures): claim.value for claim in of("growth")} == pytest.approx(GROWTH)
    assert {(claim.reporter, claim.counterpart): claim.value for claim in of("count")} == FIRMS
    (capital,) = of("capital")
    assert (capital.reporter, capital.counterpart, capital.value) == ("UZB", "TJK", 100e6)
    assert len(report.claims) == 12 + 4 + 5 + 1
    assert report.language == "ar"
    assert [finding.code for finding in report.confirmed] == ["sum"] * 4
    assert not [finding for finding in report.findings if finding.severity != "information"]
    assert not report.unresolved
    assert all(found.text.text[claim.start : claim.end] == claim.text for claim in report.claims)
