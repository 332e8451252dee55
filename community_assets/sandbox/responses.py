"""Answers on the wire: as JSON or a page of HTML, and connections that break before an answer is whole.

What belongs here: bytes and sockets. What is answered, and which connection breaks, is decided elsewhere.
"""

from collections.abc import Mapping

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from community_assets.sandbox.github_answers import RestAnswer
from community_assets.sandbox.github_faults import DROPPED, NO_ANSWER, TRUNCATED


def response_of(answer: RestAnswer, headers: Mapping[str, str]) -> Response:
    """Return an answer as it is sent: a string is a page of HTML, None has no body, anything else is JSON."""
    if answer.body is None:
        return Response(status_code=answer.status, headers=headers)
    kind = HTMLResponse if isinstance(answer.body, str) else JSONResponse
    return kind(answer.body, answer.status, headers)


def broken(response: Response, fault: str) -> Response:
    """Return a response as it is sent where the connection is at fault; a body that is not there cannot be cut."""
    if fault not in (DROPPED, NO_ANSWER, TRUNCATED):
        return response
    half = bytes(response.body[: len(response.body) // 2])
    if fault == TRUNCATED and half:
        kept = {name: value for name, value in response.headers.items() if name != "content-length"}
        return Response(half, response.status_code, kept)
    return _BrokenConnection(response, half if fault == DROPPED else b"")


class _BrokenConnection(Response):
    """Sends the beginning of a response, if any, and closes the connection."""

    def __init__(self, whole: Response, beginning: bytes) -> None:
        super().__init__(status_code=whole.status_code)
        self.raw_headers = whole.raw_headers
        self._beginning = beginning

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        if self._beginning:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await send({"type": "http.response.body", "body": self._beginning, "more_body": True})
        # ASGI has no word for it: an exception would be answered 500, or logged as a bug of the sandbox.
        receive.__self__.transport.close()  # type: ignore[attr-defined]
        while (await receive())["type"] != "http.disconnect":
            pass
