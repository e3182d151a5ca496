"""The errors that a user meets: what was found, where, what was due, what to do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkor.schema.errors import BadInput, HamkorError, ManyErrors, SourceUnavailable, did_you_mean

words = st.text("abcdefghij-", min_size=1, max_size=8)


@given(found=words, where=words, due=words, cure=words)
def test_an_error_says_where_what_was_due_and_the_cure_in_this_order(found: str, where: str, due: str, cure: str) -> None:
    assert str(BadInput(found, where=where, due=due, cure=cure)) == f"{where}: {found} where {due} is due; {cure}"


def test_what_is_not_known_leaves_no_trace_in_the_text() -> None:
    assert str(BadInput("a fault")) == "a fault"
    assert str(BadInput("a fault", due="none")) == "a fault where none is due"
    assert str(BadInput("a fault", cure="mend it")) == "a fault; mend it"


def test_an_error_keeps_its_parts() -> None:
    error = BadInput("x", where="w", due="d", cure="c")
    assert (error.message, error.where, error.due, error.cure) == ("x", "w", "d", "c")


def test_exit_codes_are_2_for_input_and_3_for_the_world() -> None:
    assert HamkorError("x").exit_code == BadInput("x").exit_code == ManyErrors([], subject="x").exit_code == 2
    assert SourceUnavailable("x").exit_code == 3


@pytest.mark.parametrize(("count", "headline"), [(1, "pack: 1 fault"), (2, "pack: 2 faults"), (20, "pack: 20 faults")])
def test_up_to_twenty_faults_are_all_told(count: int, headline: str) -> None:
    faults = [BadInput(f"fault number {number}.") for number in range(count)]
    error = ManyErrors(faults, subject="pack")
    assert error.errors == faults
    assert str(error).splitlines() == [headline, *(f"  {fault}" for fault in faults)]


@given(st.integers(21, 60))
def test_more_than_twenty_faults_are_counted(count: int) -> None:
    lines = str(ManyErrors([BadInput(f"fault {number}") for number in range(count)], subject="pack")).splitlines()
    assert lines[0] == f"pack: {count} faults"
    assert len(lines) == 22
    assert lines[-1] == f"  ... and {count - 20} more"


@given(st.lists(words, min_size=1, unique=True), st.data())
def test_a_known_word_in_another_case_is_found_again(known: list[str], data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(known))
    assert did_you_mean(word.upper(), known).startswith(f"did you mean '{word}'")


@given(st.lists(words, max_size=20, unique=True))
def test_a_word_far_from_all_gets_the_list_of_at_most_twelve(known: list[str]) -> None:
    told = did_you_mean("0123456789", known)
    assert told == "known are: " + ", ".join(known[:12]) + (", ..." if len(known) > 12 else "")


def test_the_nearest_word_is_named_first() -> None:
    assert did_you_mean("USD milion", ["km", "USD billion", "USD million"]).startswith("did you mean 'USD million' or")
