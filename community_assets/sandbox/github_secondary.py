"""GitHub's secondary rate limits: how much may be asked at once and within a minute.

What belongs here: counting requests by the documented figures. The words of a refusal are `github_faults.py`.
Source: GitHub's documentation, "Rate limits for the REST API" and the like for GraphQL; what it does not document, such
as time spent on the processor, is not limited here.
"""

import math
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

MOST_AT_ONCE = 100
POINTS_PER_MINUTE = {"core": 900, "graphql": 2_000}
"""Resource → points; reading costs one point a request."""
MINUTE = 60


class SecondaryLimits:
    """Counts requests that are being answered, and those of the last minute, which slides.

    Args:
        clock: Seconds since the epoch.

    Attributes:
        most_at_once: The most requests that were being answered at the same time.
        refusals: Requests refused so far.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.most_at_once = 0
        self.refusals = 0
        self._clock = clock
        self._at_once = 0
        self._times: dict[str, deque[float]] = {resource: deque() for resource in POINTS_PER_MINUTE}

    @contextmanager
    def request(self, resource: str) -> Iterator[int | None]:
        """Count a request while it is being answered.

        Yields:
            After how many seconds a request that is refused may be sent again; None if it may be answered.
        """
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        wait = 1 if self._at_once > MOST_AT_ONCE else self._spend(resource)
        self.refusals += wait is not None
        try:
            yield wait
        finally:
            self._at_once -= 1

    def _spend(self, resource: str) -> int | None:
        now, times = self._clock(), self._times[resource]
        while times and times[0] <= now - MINUTE:
            times.popleft()
        if len(times) >= POINTS_PER_MINUTE[resource]:
            return max(1, math.ceil(times[0] + MINUTE - now))
        times.append(now)
        return None
