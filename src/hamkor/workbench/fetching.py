"""Fetching a provider's file: patient with a busy server, never more than the limit, told when nothing comes."""

from __future__ import annotations

import time

import httpx

from hamkor.schema.errors import SourceUnavailable
from hamkor.texts.limits import MAX_BYTES

_TRIES = 4
_LONGEST_WAIT = 60.0


def client() -> httpx.Client:
    """Return a client for one provider."""
    headers = {"User-Agent": "hamkor (open workbench for regional economic integration)"}
    timeout = httpx.Timeout(30.0, connect=10.0)
    return httpx.Client(timeout=timeout, follow_redirects=True, headers=headers, transport=httpx.HTTPTransport(retries=2))


def fetch(web: httpx.Client, url: str) -> bytes:
    """Return what lies at an address.

    A busy or failing server (429, 5xx) is asked again after the time it names, else after 1, 2 and 4 seconds.

    Raises
    ------
    SourceUnavailable
        If it does not answer, answers with an error, or sends more than `MAX_BYTES`.
    """
    cure = "try again later, or download the file and give its folder with --from"
    for tried in range(1, _TRIES + 1):
        try:
            with web.stream("GET", url) as answer:
                if answer.status_code == 429 or answer.status_code >= 500:
                    if tried < _TRIES:
                        time.sleep(_wait(answer.headers.get("Retry-After", ""), tried))
                        continue
                    raise SourceUnavailable(f"answered {answer.status_code} {_TRIES} times", where=url, cure=cure)
                if answer.status_code != 200:
                    raise SourceUnavailable(f"answered {answer.status_code}", where=url, due="the file", cure=cure)
                return _body(answer, url)
        except (httpx.TransportError, httpx.InvalidURL, httpx.TooManyRedirects) as error:
            raise SourceUnavailable(f"did not answer: {error}", where=url, cure=cure) from None
    raise AssertionError("unreachable")


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
