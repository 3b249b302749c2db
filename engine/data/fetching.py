"""Downloads of published data sets: asked for, checked, and whole or not there.

Owns the list of what can be fetched and the way from a server to a file: https alone, a size that
is not exceeded, a `.part` that a later call goes on from, the published md5, and the name only at
the end. Knows nothing of what is in an archive.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from engine.errors import PsychoscoreError
from engine.files import cannot, make_folder, write_atomic

_CHUNK = 1 << 16
_TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class Download:
    """A published archive.

    Args:
        name: the word that asks for it.
        title: as people call it.
        url: of the file; `page` is where people read about it.
        file: the name it gets.
        md5: as it was published.
        licence: what must be accepted before anything is fetched.
        limit: bytes that it cannot exceed.
    """

    name: str
    title: str
    url: str
    page: str
    file: str
    md5: str
    licence: str
    limit: int


DOWNLOADS = (
    Download(
        name="emopia",
        title="EMOPIA 2.2",
        url="https://zenodo.org/records/5257995/files/EMOPIA_2.2.zip?download=1",
        page="https://zenodo.org/records/5257995",
        file="EMOPIA_2.2.zip",
        md5="bad5171786a4898f37fc2678e99afd94",
        licence=(
            "EMOPIA is licensed CC BY-NC-SA 4.0 "
            "(https://creativecommons.org/licenses/by-nc-sa/4.0/): name its authors, share alike, "
            "and make no commercial use of it. Models trained on it are marked non-commercial."
        ),
        limit=200_000_000,
    ),
)


@dataclass(frozen=True, slots=True)
class FetchBegan:
    """The server has answered. `done` bytes were there already; `total` is None where unknown."""

    title: str
    url: str
    licence: str
    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class FetchProgress:
    """So many bytes are on the disk."""

    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class FetchFinished:
    """The archive is there and is the published one. `fetched` is False where it was before."""

    path: Path
    size: int
    md5: str
    sha256: str
    fetched: bool


FetchEvent = FetchBegan | FetchProgress | FetchFinished


class Fetcher:
    """Fetches archives over the schemes it is given.

    Args:
        schemes: nothing else is opened, not by a redirection either.
        timeout: seconds of silence after which a connection counts as broken.
    """

    def __init__(self, schemes: Sequence[str] = ("https",), timeout: float = _TIMEOUT) -> None:
        self._schemes = tuple(schemes)
        self._timeout = timeout

    def fetch(
        self, download: Download, folder: Path, *, licence_accepted: bool
    ) -> Iterator[FetchEvent]:
        """Fetch an archive into a folder; a broken download goes on where it stopped.

        Closing the generator keeps what has come so far.

        Raises:
            PsychoscoreError: the licence is not accepted, the server cannot be reached or stops,
                the file is too large or not the published one, or it cannot be written.
        """
        if not licence_accepted:
            raise PsychoscoreError(
                f"{download.title} was not fetched: its licence was not accepted.",
                download.licence,
            )
        self._check_scheme(download.url)
        target = folder / download.file
        if target.exists():
            yield _kept(target, download)
            return
        make_folder(folder)
        part = folder / f"{download.file}.part"
        with self._opened(download, part) as answer:
            yield from _receive(answer, download, part)
        yield _published(part, target, download)

    def _check_scheme(self, url: str) -> None:
        if urlsplit(url).scheme not in self._schemes:
            raise PsychoscoreError(f"{url} is not opened: only {', '.join(self._schemes)} is.")

    def _opened(self, download: Download, part: Path) -> Any:
        """The server's answer, asked for what the part does not hold yet."""
        start = part.stat().st_size if part.exists() else 0
        try:
            return self._ask(download, start)
        except urllib.error.HTTPError as error:
            if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE or not start:
                raise _unreachable(download, f"answered {error.code} {error.reason}") from error
        # The part is as long as the file or longer: only a fresh start is sure to be right.
        try:
            return self._ask(download, 0)
        except urllib.error.HTTPError as error:
            raise _unreachable(download, f"answered {error.code} {error.reason}") from error

    def _ask(self, download: Download, start: int) -> Any:
        request = urllib.request.Request(download.url, headers={"User-Agent": "psychoscore"})
        if start:
            request.add_header("Range", f"bytes={start}-")
        opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(),
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
            _Redirection(self._check_scheme),
        ):
            opener.add_handler(handler)
        try:
            return opener.open(request, timeout=self._timeout)
        except urllib.error.HTTPError:
            raise
        except urllib.error.URLError as error:
            reason = getattr(error.reason, "strerror", None) or error.reason
            raise _unreachable(download, f"cannot be reached ({reason})") from error
        except (OSError, http.client.HTTPException) as error:
            raise _unreachable(download, f"does not answer ({error})") from error


class _Redirection(urllib.request.HTTPRedirectHandler):
    """Follows a redirection only to where a first request may go as well."""

    def __init__(self, check: Any) -> None:
        self._check = check

    def redirect_request(
        self, req: Any, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        self._check(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _unreachable(download: Download, what: str) -> PsychoscoreError:
    return PsychoscoreError(
        f"{urlsplit(download.url).hostname} {what}.",
        f"Where there is no network, get {download.file} from {download.page} on another computer "
        "and use it with `psychoscore data import PATH`.",
    )


def _receive(answer: Any, download: Download, part: Path) -> Iterator[FetchEvent]:
    """Write what the server sends to the part, from where the server begins."""
    done = _first_byte(answer) if answer.status == http.HTTPStatus.PARTIAL_CONTENT else 0
    length = answer.headers.get("Content-Length", "")
    total = done + int(length) if re.fullmatch(r"\d{1,15}", length) else None
    if total is not None and total > download.limit:
        raise _too_large(download)
    if done != (part.stat().st_size if part.exists() else 0):
        done = _start_again(part, done, download)
    yield FetchBegan(download.title, download.url, download.licence, done, total)
    try:
        stream = part.open("ab")
    except OSError as error:
        raise cannot("written", part, error) from error
    with stream:
        while chunk := _read(answer, download, done, total):
            if done + len(chunk) > download.limit:
                stream.close()
                part.unlink(missing_ok=True)
                raise _too_large(download)
            try:
                stream.write(chunk)
                stream.flush()
            except OSError as error:
                raise cannot("written", part, error) from error
            done += len(chunk)
            yield FetchProgress(done, total)
    if total is not None and done < total:
        raise _broken_off(download, done, total)


def _first_byte(answer: Any) -> int:
    match = re.match(r"bytes (\d{1,15})-", answer.headers.get("Content-Range", ""))
    return int(match[1]) if match else -1


def _start_again(part: Path, first: int, download: Download) -> int:
    if first != 0:
        raise PsychoscoreError(
            f"{urlsplit(download.url).hostname} sent another part of {download.file} than was "
            "asked for.",
            f"Delete {part} and try again.",
        )
    part.unlink(missing_ok=True)
    return 0


def _read(answer: Any, download: Download, done: int, total: int | None) -> bytes:
    try:
        chunk: bytes = answer.read(_CHUNK)
    except (OSError, http.client.HTTPException) as error:
        raise _broken_off(download, done, total) from error
    return chunk


def _broken_off(download: Download, done: int, total: int | None) -> PsychoscoreError:
    whole = "" if total is None else f" of {total:,}"
    return PsychoscoreError(
        f"{urlsplit(download.url).hostname} broke off after {done:,}{whole} bytes of "
        f"{download.file}.",
        "Try again: it goes on from there.",
    )


def _too_large(download: Download) -> PsychoscoreError:
    return PsychoscoreError(
        f"{urlsplit(download.url).hostname} sends more than {download.limit:,} bytes as "
        f"{download.file}; it was refused."
    )


def _kept(target: Path, download: Download) -> FetchFinished:
    """The file that is there already, if it is the published one."""
    md5, sha256 = _digests(target)
    if md5 != download.md5:
        raise PsychoscoreError(
            f"{target} is there already, but it is not {download.title} as it was published.",
            "Move it away and try again.",
        )
    return FetchFinished(target, target.stat().st_size, md5, sha256, fetched=False)


def _published(part: Path, target: Path, download: Download) -> FetchFinished:
    """Give the part its name, once it is known to be the published file."""
    md5, sha256 = _digests(part)
    if md5 != download.md5:
        part.unlink(missing_ok=True)
        raise PsychoscoreError(
            f"What came as {download.file} is not the published file: its md5 is {md5}, "
            f"not {download.md5}. It was deleted.",
            "Try again.",
        )
    write_atomic(target.with_name(f"{target.name}.sha256"), f"{sha256}  {target.name}\n".encode())
    try:
        with part.open("rb+") as stream:
            os.fsync(stream.fileno())
        os.replace(part, target)
    except OSError as error:
        raise cannot("written", target, error) from error
    return FetchFinished(target, target.stat().st_size, md5, sha256, fetched=True)


def _digests(path: Path) -> tuple[str, str]:
    """md5, which is what was published, and sha256, which is what can be trusted."""
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                md5.update(chunk)
                sha256.update(chunk)
    except OSError as error:
        raise cannot("read", path, error) from error
    return md5.hexdigest(), sha256.hexdigest()
