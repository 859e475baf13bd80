"""The central server's API over HTTPS (RFC 9110): TLS >= 1.2 with the name verified, time-outs, bounded answers, `interrupt()` from any thread.

Foreign errors never leave: they are translated to `central.errors`. A device shows its epoch and the secret that it made when it enrolled (RFC 6750).
"""

import ssl
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, ValidationError

from securemail_desktop.central.errors import Away, CentralError, NotTrusted, Refused
from securemail_desktop.central.line import SocketInUse, is_about_certificates, is_loopback, tls_context
from securemail_desktop.central.record import Problem, Signed
from securemail_desktop.central.wire import (
    ConsistencyAnswer,
    EnrolAnswer,
    EnrolRequest,
    InclusionAnswer,
    RecordsAnswer,
    Refusal,
    SubmitAnswer,
    SubmitRequest,
    WireRecord,
)

_Answer = TypeVar("_Answer", bound=BaseModel)
_MAX_ANSWER = 64 * 1024 * 1024
_TEMPORARY = frozenset({408, 425, 429, 500, 502, 503, 504})


class CentralClient:
    """One connection to the central server. `epoch` and `secret` are empty until the device is enrolled.

    `ca_file` is a PEM file of private roots, or empty for the operating system's trust store. `timeout` is seconds for one read or write.
    """

    def __init__(self, url: str, epoch: str = "", secret: str = "", ca_file: str = "", timeout: float = 30.0) -> None:
        """Connect nothing yet; raise `NotTrusted` for an address without HTTPS or unreadable roots."""
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname:
            raise NotTrusted("The central server's address must begin with https://.")
        self._line = SocketInUse()
        self._client = httpx.Client(
            base_url=url.rstrip("/"),
            verify=_context(ca_file),
            timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)),
            headers={"Authorization": f"Bearer {epoch}.{secret}"} if epoch else {},
            trust_env=not is_loopback(parts.hostname),
        )

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        """Redeem a one-time token; raise `CentralError`. The same request may be repeated when its answer was lost."""
        return self._call("POST", "/v1/enrol", EnrolAnswer, body=request)

    def submit(self, records: list[Signed]) -> list[int]:
        """Hand over records in chain order; return the leaf indices of those that were taken, at least the first; raise `CentralError`."""
        items = [WireRecord(record=b64encode(item.record).decode(), signature=b64encode(item.signature).decode()) for item in records]
        answer = self._call("POST", "/v1/records", SubmitAnswer, body=SubmitRequest(records=items))
        if not 0 < len(answer.leaves) <= len(records):
            raise Away("The central server's answer does not fit what was sent; the records stay here and are sent again.")
        return answer.leaves

    def checkpoint(self) -> str:
        """Return the newest checkpoint of the organisation's log as its signed note; raise `CentralError`."""
        return self._text("/v1/checkpoint")

    def inclusion(self, size: int, indices: Sequence[int]) -> list[list[bytes]]:
        """Return one RFC 9162 inclusion proof a leaf index (at most `MAX_PROOFS`) against the tree of `size`; raise `CentralError`."""
        answer = self._call("GET", "/v1/proof/inclusion", InclusionAnswer, {"size": size, "index": list(indices)})
        if len(answer.proofs) != len(indices):
            raise Away("The central server's answer is incomplete; ask again later.")
        return [[b64decode(step) for step in proof] for proof in answer.proofs]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Return the RFC 9162 consistency proof between two sizes; raise `CentralError`."""
        answer = self._call("GET", "/v1/proof/consistency", ConsistencyAnswer, {"old": old, "new": new})
        return [b64decode(step) for step in answer.proof]

    def own_records(self, epoch: str, first: int, most: int) -> RecordsAnswer:
        """Return this device's records from number `first` on, as the server holds them; raise `CentralError`."""
        return self._call("GET", "/v1/records", RecordsAnswer, {"epoch": epoch, "first": first, "most": most})

    def healthy(self) -> None:
        """Raise `CentralError` unless the server answers and can reach its database."""
        self._text("/v1/health")

    def interrupt(self) -> None:
        """End whatever is under way, from any thread; the client is of no use afterwards."""
        self._line.interrupt()

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _call(
        self,
        method: str,
        path: str,
        answer: type[_Answer],
        parameters: Mapping[str, int | str | list[int]] | None = None,
        body: BaseModel | None = None,
    ) -> _Answer:
        content = self._request(method, path, parameters or {}, body.model_dump_json().encode() if body else None)
        try:
            return answer.model_validate_json(content)
        except ValidationError as error:
            raise Away("The central server's answer cannot be understood; ask your administrator which version it is.") from error

    def _text(self, path: str) -> str:
        return self._request("GET", path, {}, None).decode("utf-8", "replace")

    def _request(self, method: str, path: str, parameters: Mapping[str, int | str | list[int]], body: bytes | None) -> bytes:
        if self._line.interrupted:
            raise Away("The call to the central server was interrupted.")
        headers = {"Content-Type": "application/json"} if body is not None else {}
        try:
            with self._client.stream(
                method, path, params=parameters, content=body, headers=headers, extensions={"trace": self._line.keep}
            ) as response:
                content = _bounded(response)
        except (httpx.HTTPError, ssl.SSLError, OSError, ValueError) as error:
            raise self._translate(error) from error
        if response.status_code == httpx.codes.OK:
            return content
        raise _refusal(response.status_code, content)

    def _translate(self, error: Exception) -> CentralError:
        if self._line.interrupted:
            return Away("The call to the central server was interrupted.")
        if is_about_certificates(error):
            return NotTrusted("The central server's certificate is not trusted, so nothing was sent; ask your administrator.")
        if isinstance(error, httpx.TimeoutException):
            return Away("The central server does not answer in time; the records stay here and are sent later.")
        return Away("The central server cannot be reached; the records stay here and are sent later.")


def _bounded(response: httpx.Response) -> bytes:
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > _MAX_ANSWER:
            raise ValueError("the answer is too large")
    return bytes(content)


def _refusal(status: int, content: bytes) -> CentralError:
    if status in _TEMPORARY:
        return Away("The central server is busy or in trouble; the records stay here and are sent later.")
    try:
        refusal = Refusal.model_validate_json(content)
    except ValidationError:
        return Refused(Problem.MALFORMED, f"The central server refused the call (HTTP {status}); ask your administrator.")
    return Refused(refusal.problem, refusal.detail, refusal.expected)


def _context(ca_file: str) -> ssl.SSLContext:
    try:
        return tls_context(ca_file)
    except (OSError, ssl.SSLError) as error:
        raise NotTrusted(f"The file of trusted roots for the central server cannot be read: {ca_file}") from error
