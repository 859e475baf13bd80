"""The ways to a repository of signed policies: a folder, which a file share is too, and HTTPS. What comes is checked by others.

Files are asked for by their path in the repository (`metadata/timestamp.json`); one that is not there is HTTP's 404 in both ways.
"""

import abc
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import httpx
from tuf.api.exceptions import DownloadError, DownloadHTTPError
from tuf.ngclient import FetcherInterface

from securemail_desktop.central.line import SocketInUse, is_about_certificates, is_loopback, tls_context
from securemail_desktop.central.policy_errors import SourceAway

BASE = "source:/"
LARGEST_FILE = 24_000_000
_CHUNK = 64 * 1024
_SECONDS = 15.0
_NOT_FOUND = 404


class PolicyFetcher(FetcherInterface, abc.ABC):
    """A way to one source."""

    def file(self, name: str, most: int) -> bytes | None:
        """Return a file's bytes, None where there is none; raise `DownloadError`."""
        try:
            return self.download_bytes(BASE + name, most)
        except DownloadHTTPError:
            return None

    @abc.abstractmethod
    def interrupt(self) -> None:
        """End what is under way, from any thread; the fetcher is of no use afterwards."""

    @abc.abstractmethod
    def close(self) -> None:
        """Let the source go."""


def open_source(source: str, ca_file: str = "") -> PolicyFetcher:
    """Return the way to `https://...`, a folder, a mounted or UNC path, or `file:///...`; nothing is read yet. Raise `SourceAway`."""
    scheme = urlsplit(source).scheme.lower() if "://" in source else ""
    if scheme == "https":
        return HttpsFetcher(source, ca_file)
    if scheme == "file":
        source = unquote(urlsplit(source).path)
    elif scheme:
        raise SourceAway("A source of policies begins with https:// or is a folder; ask your administrator.")
    path = Path(source)
    if not path.is_absolute():
        raise SourceAway("A source of policies is named by its whole path; ask your administrator.")
    return FolderFetcher(path)


class FolderFetcher(PolicyFetcher):
    """A folder. A share that hangs can't be interrupted, so each file is read in a thread that nobody waits for longer than `seconds`."""

    def __init__(self, folder: Path, seconds: float = _SECONDS) -> None:
        """Read nothing yet."""
        self._folder, self._seconds = folder, seconds
        self._settled = threading.Event()
        self._interrupted = False

    def _fetch(self, url: str) -> Iterator[bytes]:
        name = PurePosixPath(unquote(url.removeprefix(BASE)))
        if name.is_absolute() or ".." in name.parts:
            raise DownloadError("a path that leads out of the source")
        return iter((self._read(self._folder / name),))

    def _read(self, path: Path) -> bytes:
        outcome: list[bytes | DownloadError] = []

        def read() -> None:
            outcome.append(_content(path, self._folder))
            self._settled.set()

        self._settled.clear()
        threading.Thread(target=read, name="policy-share", daemon=True).start()
        if self._interrupted or not self._settled.wait(self._seconds) or not outcome:
            raise DownloadError("the folder does not answer")
        if isinstance(outcome[0], DownloadError):
            raise outcome[0]
        return outcome[0]

    def interrupt(self) -> None:
        """Wait no longer."""
        self._interrupted = True
        self._settled.set()

    def close(self) -> None:
        """Do nothing: a file is closed when it was read."""


def _content(path: Path, folder: Path) -> bytes | DownloadError:
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST_FILE + 1)
    except FileNotFoundError:  # the file, or the whole share
        return DownloadHTTPError("not there", _NOT_FOUND) if folder.is_dir() else DownloadError("the folder is not there")
    except OSError:
        return DownloadError("the file cannot be read")


class HttpsFetcher(PolicyFetcher):
    """A web server; redirections are not followed."""

    def __init__(self, url: str, ca_file: str = "", timeout: float = _SECONDS) -> None:
        """Connect nothing yet; raise `SourceAway` where the file of trusted roots cannot be read."""
        self._line = SocketInUse()
        try:
            context = tls_context(ca_file)
        except (OSError, ssl.SSLError) as error:
            raise SourceAway(f"The file of trusted roots for the policy server cannot be read: {ca_file}") from error
        local = is_loopback(urlsplit(url).hostname or "")
        self._client = httpx.Client(base_url=url.rstrip("/") + "/", verify=context, timeout=timeout, trust_env=not local)

    def _fetch(self, url: str) -> Iterator[bytes]:
        return self._chunks(url.removeprefix(BASE))

    def _chunks(self, name: str) -> Iterator[bytes]:
        if self._line.interrupted:
            raise DownloadError("interrupted")
        try:
            with self._client.stream("GET", name, extensions={"trace": self._line.keep}) as response:
                if response.status_code != httpx.codes.OK:
                    raise DownloadHTTPError("refused", response.status_code)
                yield from response.iter_bytes(_CHUNK)
        except (httpx.HTTPError, ssl.SSLError, OSError, ValueError) as error:
            told = "the server's certificate is not trusted" if is_about_certificates(error) else "the server does not answer"
            raise DownloadError(told) from error

    def interrupt(self) -> None:
        """Shut the connection."""
        self._line.interrupt()

    def close(self) -> None:
        """Close the connection."""
        self._client.close()
