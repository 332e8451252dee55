"""Pace: when the next request may be sent, so that GitHub never has to refuse one, and what happens if it does.

What belongs here: GitHub's limits as budgets, and waiting. What an answer means is said in `client.py`.
"""

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from dlt.common.runtime import signals

from community_assets.sources.load import SourceError

# GitHub's secondary limits ("Rate limits for the REST API", "… for the GraphQL API"). A query is 1 point here, whatever
# it costs of the hourly limit.
MOST_AT_ONCE = 100
POINTS_PER_MINUTE = {"core": 900, "graphql": 2_000}
SECONDS_WITHOUT_WORD = 60
_BETWEEN_REPORTS = 5


@dataclass(frozen=True)
class Clock:
    """Time in seconds since the epoch, and a way to let some pass; tests bring their own."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


class MinuteBudget:
    """How many points may be spent within any minute."""

    def __init__(self, points: int) -> None:
        self._spent: deque[float] = deque(maxlen=points)

    def spend(self, now: float) -> None:
        """Spend a point."""
        self._spent.append(now)

    def wait(self, now: float) -> float:
        """Seconds until a point is left: one is given back a minute after it was spent."""
        return max(0.0, self._spent[0] + 60 - now) if len(self._spent) == self._spent.maxlen else 0.0


class Pace:
    """Lets requests pass when the limits of their API allow it; `core` is the REST API, the other one `graphql`.

    Args:
        clock: by which is waited.
        at_once: requests under way at the same time; halved each time GitHub asks to slow down.
        longest_wait: seconds for which GitHub may be waited for, at once or without an answer in between.
        report: is told why and for how long, again and again.
    """

    def __init__(self, clock: Clock, at_once: int, longest_wait: float, report: Callable[[str], None]) -> None:
        self._clock, self._longest_wait, self._report = clock, longest_wait, report
        self._at_once, self._under_way = min(at_once, MOST_AT_ONCE), 0
        self._free, self._gate, self._books = threading.Condition(), threading.Lock(), threading.RLock()
        self._budgets = {api: MinuteBudget(points) for api, points in POINTS_PER_MINUTE.items()}
        self._closed: dict[str, tuple[float, str]] = {}
        self._refusals, self._slow_until = 0, 0.0
        self._waiting_since: float | None = None
        self._is_stopped = False

    @contextmanager
    def turn(self, api: str) -> Iterator[None]:
        """Wait until a request may be sent, and count it as under way while the block lasts.

        Raises:
            SourceError: that would take longer than allowed.
        """
        with self._free:
            self._free.wait_for(lambda: self._under_way < self._at_once)
            self._under_way += 1
        try:
            self._wait_for(api)
            yield
        finally:
            with self._free:
                self._under_way -= 1
                self._free.notify()

    def stop(self) -> None:
        """Let no more request pass, and end all waiting: nobody is interested in an answer any more."""
        self._is_stopped = True

    def sleep(self, seconds: float) -> None:
        """Let some time pass.

        Raises:
            SignalReceivedException: somebody interrupts the process; while a pipeline runs dlt only notes that.
            SourceError: waiting was ended.
        """
        until = self._clock.now() + seconds
        while (left := until - self._clock.now()) > 0:
            self._require_going_on()
            self._clock.sleep(min(left, 1))

    def _require_going_on(self) -> None:
        if signals.was_signal_received():
            self.stop()  # dlt forgets the signal when the first waiting thread has told of it
        signals.raise_if_signalled()
        if self._is_stopped:
            raise SourceError("the load was stopped")

    def goes_on(self, api: str) -> None:
        """Note that GitHub does answer; an answer to what was asked before it limited an API tells nothing."""
        with self._books:
            if self._closed.get(api, (0.0, ""))[0] <= self._clock.now():
                self._refusals, self._waiting_since = 0, None

    def refused(self) -> None:
        """Note that GitHub limits instead of answering."""
        with self._books:
            self._waiting_since = self._waiting_since or self._clock.now()

    def close(self, api: str, until: float, reason: str) -> None:
        """Let no request to an API pass before a time."""
        with self._books:
            if until > self._closed.get(api, (0.0, ""))[0]:
                self._closed[api] = until, reason

    def slow_down(self, told: float | None, reason: str) -> None:
        """Close both APIs for as long as told, else for a minute, and longer each time; then ask for less at once.

        Requests that were under way together are refused together: that is one refusal.

        Args:
            told: seconds.
            reason: for people.
        """
        with self._books:
            now = self._clock.now()
            if now >= self._slow_until:
                self._refusals += 1
                self._at_once = max(1, self._at_once // 2)
            wait = SECONDS_WITHOUT_WORD * 2.0 ** (self._refusals - 1) if told is None else told
            self._slow_until = max(self._slow_until, now + wait)
            for api in POINTS_PER_MINUTE:
                self.close(api, now + wait + random.uniform(0, 1 + wait / 20), reason)

    def _wait_for(self, api: str) -> None:
        with self._gate:  # who waits here waits for all
            while True:
                self._require_going_on()
                with self._books:
                    now = self._clock.now()
                    wait, reason = self._wait(api, now)
                    if wait <= 0:
                        self._budgets[api].spend(now)
                        return
                self._count_down(now + wait, reason)

    def _wait(self, api: str, now: float) -> tuple[float, str]:
        until, reason = self._closed.get(api, (0.0, ""))
        if until <= now:
            return self._budgets[api].wait(now), "GitHub's limit for a minute is used"
        if until - (self._waiting_since or now) > self._longest_wait:
            raise SourceError(
                f"{reason} until {datetime.fromtimestamp(until, UTC):%H:%M} UTC, longer than github.max_wait_minutes = "
                f"{self._longest_wait / 60:.0f} allows to wait; a later refresh goes on where this one stopped"
            )
        return until - now, reason

    def _count_down(self, until: float, reason: str) -> None:
        while (left := until - self._clock.now()) > 0:
            if left > 1:
                self._report(f"waiting: {reason}; {int(left // 60)}:{int(left % 60):02} left")
            self.sleep(min(left, _BETWEEN_REPORTS))
