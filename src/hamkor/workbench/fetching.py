"""Fetching a provider's file: patient with a busy server, never more than the limit, told when nothing comes."""

from __future__ import annotations

import time

import httpx
import msgspec

from hamkor.schema.errors import SourceUnavailable
from hamkor.store import Validators
from hamkor.texts.limits import MAX_BYTES

_TRIES = 4
_LONGEST_WAIT = 60.0


class Fetched(msgspec.Struct, frozen=True):
    """What came of an address: the bytes, or None if they are those that were known; and how to ask for them again."""

    content: bytes | None
    validators: Validators


def client() -> httpx.Client:
    """Return a client for one provider."""
    headers = {"User-Agent": "hamkor (open workbench for regional economic integration)"}
    timeout = httpx.Timeout(30.0, connect=10.0)
    return httpx.Client(timeout=timeout, follow_redirects=True, headers=headers, transport=httpx.HTTPTransport(retries=2))


def fetch(web: httpx.Client, url: str, *, known: Validators | None = None) -> Fetched:
    """Return what lies at an address.

    A busy or failing server (429, 5xx) is asked again after the time it names, else after 1, 2 and 4 seconds.

    Parameters
    ----------
    web
        See `client`.
    url
        The address.
    known
        What the server said of the file that is known already: it need not send that one again.

    Raises
    ------
    SourceUnavailable
        If it does not answer, answers with an error, or sends more than `MAX_BYTES`.
    """
    cure = "try again later, or download the file and give its folder with --from"
    asked = _conditions(known) if known else {}
    for tried in range(1, _TRIES + 1):
        try:
            with web.stream("GET", url, headers=asked) as answer:
                if answer.status_code == 429 or answer.status_code >= 500:
                    if tried < _TRIES:
                        time.sleep(_wait(answer.headers.get("Retry-After", ""), tried))
                        continue
                    raise SourceUnavailable(f"answered {answer.status_code} {_TRIES} times", where=url, cure=cure)
                if answer.status_code == 304 and asked and known:
                    return Fetched(None, known)
                if answer.status_code != 200:
                    raise SourceUnavailable(f"answered {answer.status_code}", where=url, due="the file", cure=cure)
                said = Validators(_plain(answer, "ETag"), _plain(answer, "Last-Modified"))
                return Fetched(_body(answer, url), said)
        except (httpx.TransportError, httpx.InvalidURL, httpx.TooManyRedirects) as error:
            raise SourceUnavailable(f"did not answer: {error}", where=url, cure=cure) from None
    raise AssertionError("unreachable")


def _conditions(known: Validators) -> dict[str, str]:
    asked = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
    return {name: text for name, text in asked.items() if text}


def _plain(answer: httpx.Response, name: str) -> str:
    """Return a header that can be sent back as it came, else nothing."""
    text = answer.headers.get(name, "")
    return text if text.isascii() and text.isprintable() and len(text) < 1_000 else ""


def _wait(asked: str, tried: int) -> float:
    return min(float(asked), _LONGEST_WAIT) if asked.isdecimal() else float(2 ** (tried - 1))


def _body(answer: httpx.Response, url: str) -> bytes:
    data = bytearray()
    for piece in answer.iter_bytes():
        data += piece
        if len(data) > MAX_BYTES:
            raise SourceUnavailable(f"more than {MAX_BYTES >> 20} MiB", where=url, due="a file of that size at most")
    length = answer.headers.get("Content-Length", "")
    if length.isdecimal() and "Content-Encoding" not in answer.headers and len(data) != int(length):
        raise SourceUnavailable(f"{len(data):,} bytes came", where=url, due=f"{int(length):,} bytes", cure="try again")
    return bytes(data)
