"""Calls to an ASGI application without a network: one event loop a call."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import httpx
from starlette.types import ASGIApp


@dataclass(frozen=True)
class Http:
    """A client of the application; errors of the application become answers."""

    app: ASGIApp

    def get(self, path: str, params: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> httpx.Response:
        return asyncio.run(self._call("GET", path, params, headers, None))

    def post(self, path: str, content: str | bytes | Sequence[bytes], headers: dict[str, str] | None = None) -> httpx.Response:
        return asyncio.run(self._call("POST", path, None, headers, content))

    async def _call(
        self,
        method: str,
        path: str,
        params: dict[str, str] | None,
        headers: dict[str, str] | None,
        content: str | bytes | Sequence[bytes] | None,
    ) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="https://central.clinic.example") as client:
            body = _stream(content) if isinstance(content, list | tuple) else content
            return await client.request(
                method, path, params=params, headers={"Content-Type": "application/json"} | (headers or {}), content=body
            )


async def _stream(chunks: Sequence[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk
