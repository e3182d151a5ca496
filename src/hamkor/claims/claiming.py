"""What each figure of a sentence is: what it measures, whose it is, of which period - or what of that is not said."""

from __future__ import annotations

from hamkor.claims.amounts import money
from hamkor.claims.attach import RATES
from hamkor.claims.counts import count, counts_firms, parts_of_firms
from hamkor.claims.parties import Context
from hamkor.claims.placing import Found, Placing
from hamkor.claims.rates import rate
from hamkor.claims.sentence import Sentence


def placed(sentence: Sentence, context: Context, text: str, folded: str, locator: str) -> list[Found]:
    """Return the claims of a sentence; the context takes up its period, flow and pair.

    Parameters
    ----------
    sentence
        Made ready.
    context
        What the text before it says; changed.
    text, folded
        The whole text, as it is and as it is compared.
    locator
        Of the piece in which the sentence stands.
    """
    placing = Placing(sentence, context, text, folded, locator)
    for figure in sentence.figures:
        placing.near.turn_to(figure)
        if figure.kind == "number" or counts_firms(placing, figure):
            count(placing, figure)
        elif figure.kind == "money":
            money(placing, figure)
    for figure in sentence.figures:
        if figure.kind in RATES:
            placing.near.turn_to(figure)
            rate(placing, figure)
    parts_of_firms(placing)
    placing.remember()
    return placing.found
