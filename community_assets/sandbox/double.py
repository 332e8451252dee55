"""A double of a public API, whatever it answers: requests are counted, delayed, and fail when a test says so.

What belongs here: everything about a request but its answer. Answers are the module of each API; GitHub's, with its
token and limits, is `server.py`.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from community_assets.sandbox.github_answers import RestAnswer
from community_assets.sandbox.github_faults import DROPPED, NO_ANSWER, TRUNCATED
from community_assets.sandbox.responses import broken, response_of

CONNECTION_FAULTS = (DROPPED, NO_ANSWER, TRUNCATED)


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A request as a double sees it; the path is that below the base URL."""

    path: str
    query: QueryParams = field(default_factory=QueryParams)
    headers: Headers = field(default_factory=Headers)


class Double(ABC):
    """A double of one API, served below a path of its own.

    Attributes:
        SOURCE: Name of the source that asks the API, also of its section in community.toml and of its path here.
        FAILURES: Ways to fail for a while, by name, and what is answered then; `CONNECTION_FAULTS` come on top.
        url: Base URL.
        requests: Requests so far, failed ones included.
        latency: Seconds before each answer; it may be changed between requests.
        on_request: Called with number and description of each request before it is answered.
        fault: Called with the number of each request: the way in which it fails, None if it does not.
    """

    SOURCE: ClassVar[str]
    FAILURES: ClassVar[Mapping[str, RestAnswer]]

    def __init__(self, server_url: str) -> None:
        self.url = f"{server_url}/{self.SOURCE}"
        self.requests = 0
        self.latency = 0.0
        self.on_request: Callable[[int, ApiRequest], None] | None = None
        self.fault: Callable[[int], str | None] | None = None

    @property
    @abstractmethod
    def environment(self) -> dict[str, str]:
        """Variables that lead the source here."""

    @property
    @abstractmethod
    def section(self) -> dict[str, Any]:
        """Keys of the source's section in community.toml that ask for what is made up here."""

    @abstractmethod
    def answer(self, request: ApiRequest) -> RestAnswer:
        """Return what the API answers."""

    def mount(self) -> Mount:
        """Return the routes of this API."""
        return Mount(f"/{self.SOURCE}", routes=[Route("/{path:path}", self._receive, methods=["GET", "POST"])])

    async def _receive(self, request: Request) -> Response:
        self.requests += 1
        path = f"/{request.path_params['path']}"
        asked = ApiRequest(path, request.query_params, request.headers)
        fault = self.fault(self.requests) if self.fault else None
        if self.on_request:
            self.on_request(self.requests, asked)
        if self.latency:
            await asyncio.sleep(self.latency)
        answer = self.FAILURES[fault] if fault and fault not in CONNECTION_FAULTS else self.answer(asked)
        return broken(response_of(answer, answer.headers), fault or "")
