"""The central server's API for devices, as an ASGI application. Each call but enrolment and health needs an enrolled device's secret.

Answers name problems, never what was sent: a validation error must not echo a record.
"""

from base64 import b64encode
from typing import Annotated

from fastapi import FastAPI, Header, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.responses import Response

from securemail_desktop.central.record import Problem
from securemail_desktop.central.wire import (
    MAX_PROOFS,
    MAX_RECORDS,
    MAX_REQUEST,
    ConsistencyAnswer,
    EnrolAnswer,
    EnrolRequest,
    InclusionAnswer,
    RecordsAnswer,
    Refusal,
    StoredRecord,
    SubmitAnswer,
    SubmitRequest,
)
from securemail_desktop.server.errors import Denied, denied
from securemail_desktop.server.limits import BodyLimit
from securemail_desktop.server.log import Log, Stored
from securemail_desktop.server.registry import Registry

_Authorization = Annotated[str, Header(max_length=300)]
_Size = Annotated[int, Query(ge=0, lt=2**53)]


class Api:
    """The calls; each runs in a worker thread."""

    def __init__(self, registry: Registry, log: Log) -> None:
        """Keep what it serves."""
        self._registry = registry
        self._log = log

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        """Redeem a one-time token."""
        return self._registry.enrol(request)

    def submit(self, request: SubmitRequest, authorization: _Authorization = "") -> SubmitAnswer:
        """Take a device's records into its organisation's log."""
        leaves, checkpoint = self._log.append(self._registry.authenticate(authorization), request.records)
        return SubmitAnswer(leaves=leaves, checkpoint=checkpoint)

    def records(
        self,
        epoch: str,
        first: _Size = 1,
        most: Annotated[int, Query(ge=1, le=MAX_RECORDS)] = 100,
        authorization: _Authorization = "",
    ) -> RecordsAnswer:
        """Return a device's own records."""
        device = self._registry.authenticate(authorization)
        if epoch != device.epoch:
            raise denied(Problem.FOREIGN, "A device sees its own records only.")
        found, last = self._log.records(device, first, most, MAX_REQUEST)
        return RecordsAnswer(records=[_stored(item, epoch) for item in found], last=last)

    def checkpoint(self, authorization: _Authorization = "") -> PlainTextResponse:
        """Return the signed state of the device's organisation's log."""
        return PlainTextResponse(self._log.checkpoint(self._registry.authenticate(authorization).organization))

    def inclusion(
        self, size: _Size, index: Annotated[list[int], Query(min_length=1, max_length=MAX_PROOFS)], authorization: _Authorization = ""
    ) -> InclusionAnswer:
        """Return inclusion proofs."""
        proofs = self._log.inclusion(self._registry.authenticate(authorization).organization, size, index)
        return InclusionAnswer(size=size, proofs=[_encoded(proof) for proof in proofs])

    def consistency(self, old: _Size, new: _Size, authorization: _Authorization = "") -> ConsistencyAnswer:
        """Return a consistency proof."""
        return ConsistencyAnswer(proof=_encoded(self._log.consistency(self._registry.authenticate(authorization).organization, old, new)))

    def health(self) -> PlainTextResponse:
        """Say that the server answers and reaches its database."""
        self._registry.check()
        return PlainTextResponse("ok\n")


def create_app(registry: Registry, log: Log) -> FastAPI:
    """Return the application of the role `central`."""
    app = FastAPI(title="SecureMail central server", openapi_url=None, docs_url=None, redoc_url=None)
    api = Api(registry, log)
    app.add_api_route("/v1/enrol", api.enrol, methods=["POST"])
    app.add_api_route("/v1/records", api.submit, methods=["POST"])
    app.add_api_route("/v1/records", api.records, methods=["GET"])
    app.add_api_route("/v1/checkpoint", api.checkpoint, methods=["GET"], response_class=PlainTextResponse)
    app.add_api_route("/v1/proof/inclusion", api.inclusion, methods=["GET"])
    app.add_api_route("/v1/proof/consistency", api.consistency, methods=["GET"])
    app.add_api_route("/v1/health", api.health, methods=["GET"], response_class=PlainTextResponse)
    app.add_exception_handler(Denied, _denied)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_middleware(BodyLimit)
    return app


def _denied(_: Request, error: Exception) -> Response:
    assert isinstance(error, Denied)
    return JSONResponse(error.refusal.model_dump(mode="json"), error.status)


def _malformed(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    where = ".".join(str(part) for part in error.errors()[0]["loc"])
    refusal = Refusal(problem=Problem.MALFORMED, detail=f"The request cannot be read at {where[:200]}.")
    return JSONResponse(refusal.model_dump(mode="json"), 422)


def _stored(item: Stored, epoch: str) -> StoredRecord:
    record, signature = b64encode(item.record).decode(), b64encode(item.signature).decode()
    return StoredRecord(record=record, signature=signature, epoch=epoch, seq=item.seq, leaf=item.leaf)


def _encoded(proof: list[bytes]) -> list[str]:
    return [b64encode(step).decode() for step in proof]
