"""Bounds a request's body before anything reads it (ASGI): by its declared length, and by what really arrives."""

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from securemail_desktop.central.record import Problem
from securemail_desktop.central.wire import MAX_REQUEST, Refusal

_MOST_TO_ENROL = 8 * 1024  # what nobody has signed in for is read in small bites only


class BodyLimit:
    """Passes requests on whose body has at most `most` bytes; answers 413 to others."""

    def __init__(self, app: ASGIApp, most: int = MAX_REQUEST) -> None:
        """Keep the application behind it."""
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > self._bound(scope):
            await _too_large()(scope, receive, send)
            return
        await self._app(scope, self._counted(receive, self._bound(scope)), send)

    def _bound(self, scope: Scope) -> int:
        return min(self._most, _MOST_TO_ENROL) if scope["path"] == "/v1/enrol" else self._most

    def _counted(self, receive: Receive, most: int) -> Receive:
        arrived = 0

        async def counted() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > most:
                return {"type": "http.disconnect"}
            return message

        return counted


def _too_large() -> Response:
    refusal = Refusal(problem=Problem.TOO_LARGE, detail="The request is too large.")
    return Response(refusal.model_dump_json(), 413, media_type="application/json")
