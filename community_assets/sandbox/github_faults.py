"""Requests that fail for a while, though the same request is answered when it is sent again.

What belongs here: which requests fail and how, drawn from a seed, and GitHub's words and headers for it. Refusals that
last are `github_access.py`; limits that are really reached are `github_limits.py` and `github_secondary.py`.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from random import Random
from typing import Any

from community_assets.sandbox.github_answers import RestAnswer, failure
from community_assets.sandbox.github_partial import RESOURCE_LIMITS_EXCEEDED, SOMETHING_WENT_WRONG, partial

PRIMARY_LIMIT = "primary limit"
SECONDARY_LIMIT = "secondary limit"
SECONDARY_LIMIT_WITHOUT_RETRY_AFTER = "secondary limit without Retry-After"
SERVER_ERROR, BAD_GATEWAY, UNAVAILABLE, TIMEOUT = "500", "502", "503", "504"
DROPPED, NO_ANSWER, TRUNCATED = "dropped", "no answer", "truncated"
PARTIAL = "partial"
RESOURCE_LIMITS = "resource limits"
ECHO = "echo"
TRANSIENT = (
    PRIMARY_LIMIT,
    SECONDARY_LIMIT,
    SECONDARY_LIMIT_WITHOUT_RETRY_AFTER,
    SERVER_ERROR,
    BAD_GATEWAY,
    UNAVAILABLE,
    TIMEOUT,
    DROPPED,
    NO_ANSWER,
    TRUNCATED,
    PARTIAL,
    RESOURCE_LIMITS,
    ECHO,
)
"""Every way in which a request may fail."""

RATE_LIMIT_MESSAGE = "API rate limit exceeded for the sandbox's user."
SECONDARY_LIMIT_MESSAGE = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to "
    "GitHub Support for help, please include the request ID."
)
RESET_SECONDS = 30
LONGEST_RETRY_AFTER = 4


class Faults:
    """Draws which requests fail and how; the same seed and requests fail in the same way.

    Args:
        seed: Start of the random numbers.
        share: Probability that a request fails.
        kinds: Ways to fail that are drawn from, some of TRANSIENT.
        most_in_a_row: How often in a row the same request fails at most.

    Attributes:
        served: Kind → how many requests failed so.

    Raises:
        ValueError: There is no such kind.
    """

    def __init__(
        self, seed: int, share: float = 0.2, kinds: Collection[str] = TRANSIENT, most_in_a_row: int = 3
    ) -> None:
        if unknown := set(kinds) - set(TRANSIENT):
            raise ValueError(f"expected kinds of faults out of {TRANSIENT}, got {sorted(unknown)}")
        self.served: Counter[str] = Counter()
        self.random = Random(seed)
        self._share = share
        self._kinds = list(kinds)
        self._most_in_a_row = most_in_a_row
        self._in_a_row: Counter[Hashable] = Counter()

    def draw(self, request: Hashable) -> str | None:
        """Return how a request fails, None if it does not; equal requests are the same one."""
        if self.random.random() >= self._share or self._in_a_row[request] >= self._most_in_a_row:
            del self._in_a_row[request]
            return None
        self._in_a_row[request] += 1
        kind = self.random.choice(self._kinds)
        self.served[kind] += 1
        return kind


@dataclass(frozen=True, slots=True)
class Failing:
    """A request that is to fail, and what the answers of failing ones depend on.

    Attributes:
        is_graphql: Whether it is one of the GraphQL API.
        authorization: Its header of that name.
        limit: How much may be spent in a window of the primary limit.
        now: Seconds since the epoch.
        random: Which variant of a fault it is.
        answer: Return what it would be answered otherwise, and charge it.
    """

    is_graphql: bool
    authorization: str
    limit: int
    now: float
    random: Random
    answer: Callable[[], RestAnswer]

    def fail(self, kind: str) -> RestAnswer:
        """Return the answer by which a request fails; where the connection is what fails, the ordinary one."""
        return _FAILURES[kind](self)


def bad_gateway() -> RestAnswer:
    """Return what GitHub's proxy answers when the API does not."""
    return RestAnswer(502, _page("502 Bad Gateway"))


def secondary_limit(status: int, retry_after: int | None) -> RestAnswer:
    """Return the refusal of a client that asks too fast; GitHub does not always tell when to ask again."""
    return failure(status, SECONDARY_LIMIT_MESSAGE, {} if retry_after is None else {"retry-after": str(retry_after)})


def _page(title: str) -> str:
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"


def _primary_limit(request: Failing) -> RestAnswer:
    reset = math.ceil(request.now + RESET_SECONDS)
    state = {"remaining": 0, "used": request.limit, "reset": reset}
    headers = {f"x-ratelimit-{name}": str(value) for name, value in state.items()}
    if request.is_graphql:
        return RestAnswer(200, {"errors": [{"type": "RATE_LIMITED", "message": RATE_LIMIT_MESSAGE}]}, headers)
    return failure(request.random.choice((403, 429)), RATE_LIMIT_MESSAGE, headers)


def _secondary_limit(request: Failing) -> RestAnswer:
    return secondary_limit(request.random.choice((403, 429)), request.random.randint(1, LONGEST_RETRY_AFTER))


def _secondary_limit_without_retry_after(request: Failing) -> RestAnswer:
    if request.is_graphql and request.random.random() < 0.5:
        kind = request.random.choice(({}, {"type": "RATE_LIMITED"}))
        return RestAnswer(200, {"errors": [{**kind, "message": SECONDARY_LIMIT_MESSAGE}]})
    return secondary_limit(403, None)


def _timeout(request: Failing) -> RestAnswer:
    if request.random.random() < 0.5:
        return RestAnswer(504, _page("504 Gateway Time-out"))
    return RestAnswer(504, {"data": None, "errors": [SOMETHING_WENT_WRONG]} if request.is_graphql else _SERVER_ERROR)


def _incomplete(request: Failing, error: dict[str, Any], otherwise: RestAnswer) -> RestAnswer:
    if not request.is_graphql:
        return otherwise
    answer = request.answer()
    return RestAnswer(200, partial(answer.body, error, request.random)) if answer.status == 200 else answer


_SERVER_ERROR = {"message": "Server Error"}
_FAILURES: dict[str, Callable[[Failing], RestAnswer]] = {
    PRIMARY_LIMIT: _primary_limit,
    SECONDARY_LIMIT: _secondary_limit,
    SECONDARY_LIMIT_WITHOUT_RETRY_AFTER: _secondary_limit_without_retry_after,
    SERVER_ERROR: lambda _: RestAnswer(500, _SERVER_ERROR),
    BAD_GATEWAY: lambda _: bad_gateway(),
    UNAVAILABLE: lambda _: failure(503, "No server is currently available to service your request."),
    TIMEOUT: _timeout,
    DROPPED: lambda request: request.answer(),
    NO_ANSWER: lambda request: request.answer(),
    TRUNCATED: lambda request: request.answer(),
    PARTIAL: lambda request: _incomplete(request, SOMETHING_WENT_WRONG, RestAnswer(500, _SERVER_ERROR)),
    RESOURCE_LIMITS: lambda request: _incomplete(request, RESOURCE_LIMITS_EXCEEDED, bad_gateway()),
    ECHO: lambda request: RestAnswer(500, {"message": f"Server Error; Authorization: {request.authorization}"}),
}
