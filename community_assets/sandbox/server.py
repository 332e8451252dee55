"""The sandbox as a server: GitHub's APIs over HTTP on the loopback interface, and beside them the doubles of others.

What belongs here: everything about a request to GitHub but its answer: token, limits, latency, headers, counting; and
the life of the server. Answers come from `github_graphql.py` and `github_rest.py`; how they are sent is `responses.py`.
What all other APIs have in common is `double.py`.
"""

import asyncio
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from community_assets.sandbox.artifact_hub import ArtifactHub
from community_assets.sandbox.community import Community
from community_assets.sandbox.double import Double
from community_assets.sandbox.github_access import Conditions, over_http
from community_assets.sandbox.github_answers import RestAnswer, failure
from community_assets.sandbox.github_etags import unchanged, with_etag
from community_assets.sandbox.github_faults import RATE_LIMIT_MESSAGE, Failing, bad_gateway, secondary_limit
from community_assets.sandbox.github_graphql import GraphqlApi, GraphqlRequest
from community_assets.sandbox.github_limits import HOURLY, Budget, Quota
from community_assets.sandbox.github_rest import RestApi, RestRequest
from community_assets.sandbox.github_secondary import SecondaryLimits
from community_assets.sandbox.responses import broken, response_of
from community_assets.sandbox.terraform_registry import TerraformRegistry

SCOPES = "public_repo, read:org, read:user, user:email"
RATE_LIMIT = "/rate_limit"
POLL_SECONDS = 0.005
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class RequestInfo:
    """A request as `on_request` sees it; operation and variables are those of a GraphQL request."""

    method: str
    path: str
    operation: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)


OnRequest = Callable[[int, RequestInfo], None]


class Sandbox(Conditions):
    """A running sandbox: where it is, what lets one in, how it answers, and what was asked of it so far.

    Attributes:
        api_url: Base URL of the REST API (GITHUB_API_URL).
        graphql_url: URL of the GraphQL API (GITHUB_GRAPHQL_URL).
        token: The only token that is let in (GITHUB_TOKEN).
        community: What is served; it may be changed between requests.
        latency: Seconds before each answer; it may be changed between requests.
        on_request: Called with number and description of each request before it is answered.
        requests: Requests so far, refused ones included.
        not_modified: Answers so far that told the client that its copy still holds.
        scopes: What the token may do, as each answer tells; None for a fine-grained token, which tells nothing.
        terraform_registry: The double of the Terraform Registry.
        artifact_hub: The double of Artifact Hub.
        doubles: The other APIs, each below a path of its own.
    """

    def __init__(self, community: Community, port: int, budgets: Mapping[str, Budget], clock: Clock) -> None:
        super().__init__()
        self.community = community
        self.api_url = f"http://127.0.0.1:{port}"
        self.graphql_url = f"{self.api_url}/graphql"
        self.token = f"sandbox-{secrets.token_urlsafe(24)}"
        self.requests = 0
        self.not_modified = 0
        self.scopes: str | None = SCOPES
        self.latency = 0.0
        self.on_request: OnRequest | None = None
        self._clock = clock
        self._budgets = budgets
        self._secondary = SecondaryLimits(clock)
        self._graphql = GraphqlApi(community, budgets["graphql"], self)
        self._rest = RestApi(community, budgets, self, clock)
        self.terraform_registry = TerraformRegistry(community, self.api_url)
        self.artifact_hub = ArtifactHub(community, self.api_url)
        self.doubles: tuple[Double, ...] = (self.terraform_registry, self.artifact_hub)

    @property
    def environment(self) -> dict[str, str]:
        """Variables that lead every source here."""
        github = {
            "GITHUB_TOKEN": self.token,
            "GITHUB_API_URL": self.api_url,
            "GITHUB_GRAPHQL_URL": self.graphql_url,
        }
        return github | {name: value for double in self.doubles for name, value in double.environment.items()}

    @property
    def sections(self) -> dict[str, dict[str, Any]]:
        """Sections of community.toml that ask for all that is made up."""
        github = {"repositories": self.community.repositories}
        return {"github": github, **{double.SOURCE: double.section for double in self.doubles}}

    @property
    def points(self) -> int:
        """Points of the GraphQL API charged so far."""
        return self._budgets["graphql"].total

    @property
    def rest_points(self) -> int:
        """Requests of the REST API charged so far; those that a limit refused are not."""
        return self._budgets["core"].total

    @property
    def secondary_refusals(self) -> int:
        """Requests refused so far because too much was asked at once or within a minute."""
        return self._secondary.refusals

    @property
    def most_at_once(self) -> int:
        """The most requests that were being answered at the same time."""
        return self._secondary.most_at_once

    def app(self) -> Starlette:
        """Return the ASGI application."""
        graphql = Route("/graphql", self._answer_graphql, methods=["POST"])
        doubles = [double.mount() for double in self.doubles]
        return Starlette(routes=[*doubles, graphql, Route("/{path:path}", self._answer_rest)])

    async def _answer_graphql(self, request: Request) -> Response:
        asked = GraphqlRequest.parse(await request.body())
        info = RequestInfo("POST", "/graphql", asked.operation, asked.variables)
        return await self._answer(request, info, lambda: self._graphql_answer(asked))

    async def _answer_rest(self, request: Request) -> Response:
        info = RequestInfo(request.method, request.url.path)
        return await self._answer(request, info, lambda: self._rest_answer(request))

    async def _answer(self, request: Request, info: RequestInfo, answer: Callable[[], RestAnswer]) -> Response:
        """Answer a request, unless it is refused or fails."""
        resource = "graphql" if info.path == "/graphql" else "core"
        with self._secondary.request(resource) as retry_after:
            await self._receive(info)
            if refusal := self._refusal(request):
                return self._response(refusal, resource)
            if retry_after is not None:
                return self._response(secondary_limit(403, retry_after), resource)
            faults, body = self.faults, await request.body()
            fault = faults.draw((info.method, info.path, request.url.query, body)) if faults else None
            if not faults or not fault:
                return self._response(answer(), resource)
            authorization, limit = request.headers["authorization"], self._budgets[resource].limit
            failing = Failing(info.path == "/graphql", authorization, limit, self._clock(), faults.random, answer)
            return broken(self._response(failing.fail(fault), resource), fault)

    def _graphql_answer(self, asked: GraphqlRequest) -> RestAnswer:
        return bad_gateway() if asked.names(self.poison) else over_http(self._graphql.answer(asked))

    def _rest_answer(self, request: Request) -> RestAnswer:
        """Return the answer to a REST request, and charge it unless the client's copy still holds."""
        path, accept = request.url.path, request.headers.get("accept", "")
        if spent := self._spent(path):
            return spent
        answer = with_etag(self._rest.answer(RestRequest(self.api_url, path, request.query_params, accept)))
        if unchanged(answer, request.headers.get("if-none-match", "")):
            self.not_modified += 1
            return RestAnswer(304, None, answer.headers)
        if path != RATE_LIMIT:
            self._budgets["core"].charge(1)
        return answer

    def _spent(self, path: str) -> RestAnswer | None:
        """Refuse a REST request if nothing is left; to ask what is left is free."""
        if path == RATE_LIMIT or self._budgets["core"].remaining:
            return None
        return failure(403, RATE_LIMIT_MESSAGE)

    async def _receive(self, info: RequestInfo) -> None:
        self.requests += 1
        delay = self.latency + (self.stall if self.requests in self.stalled else 0)
        if self.on_request:
            self.on_request(self.requests, info)
        if delay:
            await asyncio.sleep(delay)

    def _refusal(self, request: Request) -> RestAnswer | None:
        if not request.headers.get("user-agent"):
            return failure(403, "Request forbidden by administrative rules. Please send a User-Agent header.")
        given = request.headers.get("authorization")
        if given is None:
            return failure(401, "Requires authentication")
        scheme, _, token = given.partition(" ")
        if scheme.lower() not in ("bearer", "token") or not secrets.compare_digest(token.encode(), self.token.encode()):
            return failure(401, "Bad credentials")
        return None

    def _response(self, answer: RestAnswer, resource: str) -> Response:
        headers = {**self._budgets[resource].headers(), **answer.headers}
        if self.scopes is not None and answer.status != 401:
            headers["x-oauth-scopes"] = self.scopes
        return response_of(answer, headers)


@contextmanager
def serve(  # noqa: PLR0913
    community: Community,
    latency: float = 0.0,
    port: int = 0,
    on_request: OnRequest | None = None,
    quota: Quota = HOURLY,
    *,
    clock: Clock = time.time,
) -> Iterator[Sandbox]:
    """Serve a community on 127.0.0.1 until the block ends.

    Args:
        community: What is served, live.
        latency: Seconds before each answer.
        port: Port to listen on; 0 takes a free one.
        on_request: Called with number and description of each request before it is answered.
        quota: What may be spent in which time, of each API.
        clock: Seconds since the epoch, by which limits are counted.

    Raises:
        OSError: The port is taken.
    """
    budgets = {resource: Budget(resource, quota, clock) for resource in ("core", "graphql")}
    with socket.create_server(("127.0.0.1", port), backlog=512) as listener:
        sandbox = Sandbox(community, listener.getsockname()[1], budgets, clock)
        sandbox.latency, sandbox.on_request = latency, on_request
        for double in sandbox.doubles:
            double.latency = latency
        with _running(sandbox.app(), listener):
            yield sandbox


@contextmanager
def _running(app: Starlette, listener: socket.socket) -> Iterator[None]:
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="sandbox", daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(POLL_SECONDS)
        yield
    finally:
        server.should_exit = True
        thread.join()
