"""The one small tree of errors that a user may meet; each knows its exit code."""

from __future__ import annotations

from collections.abc import Iterable


class HamkorError(Exception):
    """Any error that is told to the user in words, never as a traceback.

    Parameters
    ----------
    message
        What was found.
    where
        File, table, row or option in which it was found.
    due
        What was expected there.
    cure
        What the user can do.

    Examples
    --------
    >>> print(BadInput("unit 'USD bilion'", where="trade/A.csv line 4", due="a known unit", cure="write 'USD billion'"))
    trade/A.csv line 4: unit 'USD bilion' where a known unit is due; write 'USD billion'
    """

    exit_code = 2

    def __init__(self, message: str, *, where: str = "", due: str = "", cure: str = "") -> None:
        self.message, self.where, self.due, self.cure = message, where, due, cure
        super().__init__(self._text())

    def _text(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        if self.due:
            text += f" where {self.due} is due"
        if self.cure:
            text += f"; {self.cure}"
        return text


class BadInput(HamkorError):
    """What the user or a file gave cannot be used (exit code 2)."""


class ManyErrors(BadInput):
    """Several faults found in one reading, told together (exit code 2).

    Parameters
    ----------
    errors
        The faults, in the order of the files.
    subject
        What was read, for the headline.
    """

    def __init__(self, errors: list[BadInput], *, subject: str) -> None:
        self.errors = errors
        shown = [f"  {error}" for error in errors[:20]]
        if len(errors) > 20:
            shown.append(f"  ... and {len(errors) - 20} more")
        noun = "fault" if len(errors) == 1 else "faults"
        super().__init__("\n".join([f"{subject}: {len(errors)} {noun}", *shown]))


class SourceUnavailable(HamkorError):
    """A provider, a file system or a program that is needed did not answer (exit code 3)."""

    exit_code = 3


def did_you_mean(found: str, known: Iterable[str]) -> str:
    """Return "did you mean ...?" for the nearest known words, or the list of them if none is near.

    Parameters
    ----------
    found
        The word that was not understood.
    known
        The words that would have been.

    Examples
    --------
    >>> did_you_mean("centralasia", ["central-asia", "toyland"])
    "did you mean 'central-asia'?"
    >>> did_you_mean("xx", ["ar", "en"])
    'known are: ar, en'
    """
    import difflib

    words = list(known)
    lower = {word.lower(): word for word in words}
    near = difflib.get_close_matches(found.lower(), lower, n=3, cutoff=0.6)
    if near:
        return "did you mean " + " or ".join(f"'{lower[word]}'" for word in near) + "?"
    return "known are: " + ", ".join(words[:12]) + (", ..." if len(words) > 12 else "")
