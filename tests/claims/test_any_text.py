"""Any text at all: nothing but claims comes out, and every offset lies inside the text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.claims.scoring import CORPUS, read, statements

from hamkor.claims.checks import check_text
from hamkor.claims.wording import worded
from hamkor.languages.language import language
from hamkor.schema.errors import BadInput

PIECES = [
    part for path in sorted(CORPUS.glob("*.toml")) for statement in statements(path)[:12] for part in statement["text"].split()
]
WORDS = st.one_of(st.sampled_from(PIECES), st.text(max_size=6))


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=40).map(" ".join))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        found = read(f"a {text}".encode("utf-8", "replace").decode())
    except BadInput:
        return
    for claim in found.claims:
        assert 0 <= claim.start < claim.end <= len(text) + 2
        low, high = (claim.value if end is None else end for end in (claim.low, claim.high))
        assert low <= claim.value <= high
    checked = check_text(found.claims)
    worded([*checked.flaws, *checked.confirmed], language("ar"))


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from([s for path in sorted(CORPUS.glob("*.toml")) for s in statements(path)]),
    st.integers(0, 400),
    st.integers(0, 400),
)
def test_a_cut_text_is_still_read(statement: dict[str, str], first: int, last: int) -> None:
    text = f"a {statement['text'][min(first, last) : max(first, last)]}"
    for claim in read(text).claims:
        assert text[claim.start : claim.end] == claim.text
