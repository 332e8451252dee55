"""The client: one authorised conversation with GitHub, its answers counted, its refusals in plain words.

What belongs here: headers, what GitHub's answers mean, and asking again when the same question may be answered later.
How fast may be asked is said in `pace.py`, what to ask for in `walks.py`, `stars.py` and `profiles.py`.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, TypeVar

from dlt.common.configuration import resolve_configuration
from dlt.common.configuration.specs import RuntimeConfiguration
from dlt.sources.helpers import requests
from dlt.sources.helpers.rest_client.auth import BearerTokenAuth
from requests.adapters import HTTPAdapter
from tenacity import RetryCallState, Retrying, retry_if_exception, wait_random_exponential

from community_assets.sources.github.pace import MOST_AT_ONCE, Pace
from community_assets.sources.load import SourceError, UnavailableError, causes

if TYPE_CHECKING:
    from community_assets.sources.github.source import GithubLoad

Path = tuple[str | int, ...]
T = TypeVar("T")
GRAPHQL, REST = "graphql", "core"
_ACCEPTED, _NOT_MODIFIED, _BAD_REQUEST, _UNAUTHORIZED, _FORBIDDEN = 202, 304, 400, 401, 403
_UNPROCESSABLE, _TOO_MANY_REQUESTS, _SERVER_ERROR = 422, 429, 500
# The question is too large for these; a smaller one may be answered.
_TOO_HEAVY = {502, 504}
# So many questions in a row without an answer may be nobody's fault but GitHub's.
_OUTAGE_AFTER = 3
_LEAST = "query Least { rateLimit { cost remaining resetAt } }"


@dataclass(frozen=True)
class Answer:
    """Answer to a query.

    Attributes:
        data: what GitHub did not find or refused is null in it.
        refused: why it refused a part, in its own words, by the path of the part.
        is_broken: whether a part is missing because GitHub failed, and may be there later.
    """

    data: dict[str, Any]
    refused: dict[Path, str] = field(default_factory=dict)
    is_broken: bool = False

    @property
    def reasons(self) -> str:
        """All refusals in one line."""
        return "; ".join(dict.fromkeys(self.refused.values()))


class RefusedError(SourceError):
    """GitHub refuses one resource with a status of its own; the message is GitHub's.

    Attributes:
        status: of HTTP.
    """

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class TransientError(UnavailableError):
    """GitHub failed to answer a question, however often it was asked.

    Attributes:
        is_heavy: whether a smaller question is what GitHub needs, rather than time.
        answer: what it did answer, if anything.
    """

    def __init__(self, message: str, is_heavy: bool = False, answer: Answer | None = None) -> None:
        super().__init__(message)
        self.is_heavy = is_heavy
        self.answer = answer


class BudgetSpentError(Exception):
    """The points that this load may cost are spent."""


class _LimitedError(Exception):
    """GitHub refuses to answer anything just now; the pace is told already."""


@dataclass(frozen=True)
class Page:
    """One page of a list of the REST API.

    Attributes:
        url: by which it was asked for.
        records: null where it is what it was when `etag` was kept.
        next_url: of the page that follows.
        etag: stands for its content.
        headers: of the answer.
    """

    url: str
    records: list[dict[str, Any]] | None
    next_url: str | None
    etag: str | None
    headers: Mapping[str, str]


class GithubClient:
    """GraphQL and REST API of GitHub; may be used by many threads at once.

    Args:
        load: where the APIs are, whose token is sent and never shown, and whose requests and points are counted.
    """

    def __init__(self, load: "GithubLoad") -> None:
        self._load = load
        self._runtime = resolve_configuration(RuntimeConfiguration())
        self._session = requests.Session(timeout=self._runtime.request_timeout, raise_for_status=False)
        # As a header the token would give way to an entry of ~/.netrc.
        self._session.auth = BearerTokenAuth(load.token)
        # One format of node ids for both APIs, whatever the age of an account.
        self._session.headers.update({"User-Agent": "community-heroes", "X-Github-Next-Global-ID": "1"})
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_connections=2, pool_maxsize=MOST_AT_ONCE))
        self._pace = Pace(load.clock, load.at_once, load.longest_wait.total_seconds(), load.logger.info)
        self._books = threading.Lock()
        self._under_way = self._unanswered = 0
        self.remaining: int | None = None

    def stop(self) -> None:
        """Let nobody wait any longer."""
        self._pace.stop()

    def query(self, document: str, /, may_shrink: bool = False, **variables: Any) -> Answer:
        """Send the query of `queries/<document>.graphql`.

        Args:
            document: name of the file.
            may_shrink: whether the caller asks for less when this is too much at once.
            variables: of the query.

        Raises:
            BudgetSpentError: the load may spend no more.
            RefusedError: GitHub refuses the whole query, or the token.
            TransientError: it fails to answer this query.
            SourceError: it cannot be reached, or its rate limit is spent for too long.
        """
        return self.ask(_document(document), may_shrink, **variables)

    def ask(self, query: str, may_shrink: bool = False, **variables: Any) -> Answer:
        """Send a query that is given as it is; otherwise like `query`."""
        body = {"query": query, "variables": variables}

        def attempt() -> Answer:
            with self._one_point():
                return self._data(self._send(GRAPHQL, "POST", self._load.graphql_url, json=body))

        return self._patiently(GRAPHQL, attempt, may_shrink)

    def pages(self, path: str, **parameters: Any) -> Iterator[Page]:
        """Ask for a list of the REST API, page by page as its Link headers lead; like GitHub, stop where it is capped.

        Raises:
            RefusedError: GitHub refuses this list.
            SourceError: it cannot be reached, or its rate limit is spent for too long.
        """
        query = "&".join(f"{name}={value}" for name, value in parameters.items())
        url: str | None = f"{self._load.api_url}{path}?{query}"
        is_first = True
        while url:
            try:
                page = self.page(url)
            except RefusedError as error:
                if is_first or error.status != _UNPROCESSABLE:
                    raise
                return
            yield page
            url, is_first = page.next_url, False

    def page(self, url: str, etag: str | None = None) -> Page:
        """Ask for one page of a list; for free if it still is what `etag` stands for.

        Raises:
            RefusedError: GitHub refuses this list.
            SourceError: it cannot be reached, or its rate limit is spent for too long.
        """
        headers = {"If-None-Match": etag} if etag else {}
        response, found = self._patiently(REST, lambda: self._read(url, **headers))
        if response.status_code == _NOT_MODIFIED:
            found = None
        elif not isinstance(found, list):
            if found is not None:
                raise SourceError(self._safe(url, f"answers no list: {_message(response)!r}"))
            found = []  # 204: an empty repository
        return Page(
            url, found, response.links.get("next", {}).get("url"), response.headers.get("etag"), response.headers
        )

    def changed(self, etags: dict[str, str]) -> bool:
        """Whether any page is not what it was when the etags were kept; for free if none is.

        Pages of another API than this one's tell nothing.
        """
        if not etags or not all(url.startswith(f"{self._load.api_url}/") for url in etags):
            return True
        return any(self.page(url, etag).records is not None for url, etag in etags.items())

    def get(self, path: str) -> tuple[Any, Mapping[str, str]]:
        """Ask for one resource of the REST API: its JSON, and the headers of the answer.

        Raises:
            RefusedError: GitHub refuses this resource.
            SourceError: it cannot be reached, or its rate limit is spent for too long.
        """
        response, found = self._patiently(REST, lambda: self._read(f"{self._load.api_url}{path}"))
        return found, response.headers

    def _read(self, url: str, **headers: str) -> tuple[requests.Response, Any]:
        response = self._send(REST, "GET", url, headers={"Accept": "application/vnd.github+json", **headers})
        if response.status_code >= _BAD_REQUEST:
            raise self._refusal(url, response, f"{response.status_code} {_message(response)}")
        if response.status_code == _ACCEPTED:
            raise TransientError(self._safe(url, "is still being computed by GitHub"))
        return response, self._parsed(response, url) if response.content else None

    def _patiently(self, api: str, ask: Callable[[], T], may_shrink: bool = False) -> T:
        """Ask again what GitHub failed to answer, longer and longer after; wait as it tells where it limits."""

        def is_worth_it(error: BaseException) -> bool:
            heavy = isinstance(error, TransientError) and error.is_heavy and may_shrink
            return isinstance(error, TransientError | _LimitedError) and not heavy

        def is_enough(state: RetryCallState) -> bool:
            failures = state.attempt_number - state.kwargs["limited"][0]
            most = self._runtime.request_max_attempts
            if self._load.requests and not may_shrink:  # an API that never answered is rather a wrong setting
                most += 3
            return bool(failures >= most)

        limited = [0]

        def attempt(limited: list[int]) -> T:
            try:
                found = ask()
            except _LimitedError:
                limited[0] += 1
                raise
            except RefusedError:
                self._note_answer(api)
                raise
            self._note_answer(api)
            return found

        backoff = wait_random_exponential(self._runtime.request_backoff_factor, max=60)
        retrying = Retrying(
            retry=retry_if_exception(is_worth_it),
            stop=is_enough,
            wait=lambda state: 0 if isinstance(_failure(state), _LimitedError) else backoff(state),
            sleep=self._pace.sleep,
            before_sleep=lambda state: self._load.logger.debug("asked again: %s", _failure(state)),
            reraise=True,
        )
        try:
            return retrying(attempt, limited=limited)
        except TransientError as error:
            if is_worth_it(error):
                self._note_silence(api, error)
            raise

    def _note_answer(self, api: str) -> None:
        self._pace.goes_on(api)
        self._unanswered = 0

    def _note_silence(self, api: str, error: TransientError) -> None:
        """Note that a question was never answered; after some of them, ask whether GitHub answers anything.

        Raises:
            UnavailableError: it does not.
        """
        with self._books:
            self._unanswered += 1
            if self._unanswered < _OUTAGE_AFTER:
                return
        try:
            if api == GRAPHQL:
                self._data(self._send(api, "POST", self._load.graphql_url, json={"query": _LEAST}))
            else:
                self._send(api, "GET", f"{self._load.api_url}/rate_limit")
        except TransientError:
            raise UnavailableError(f"{error}; nothing else is answered either, try again later") from None
        except (_LimitedError, RefusedError):
            pass
        self._unanswered = 0

    @contextmanager
    def _one_point(self) -> Iterator[None]:
        """Let a query of one point begin only if that point may be spent."""
        with self._books:
            budget = self._load.points_budget
            if budget is not None and self._load.points + self._under_way >= budget:
                raise BudgetSpentError
            self._under_way += 1
        try:
            yield
        finally:
            with self._books:
                self._under_way -= 1

    def _send(self, api: str, method: str, url: str, **options: Any) -> requests.Response:
        with self._pace.turn(api):
            try:
                response = self._session.request(method, url, **options)
            except requests.RequestException as error:
                is_late = isinstance(error, requests.Timeout)
                said = self._safe(url, f"(GITHUB_API_URL) cannot be reached: {_reason(error)}")
                raise TransientError(said, is_heavy=is_late) from None
        with self._books:
            self._load.requests += 1
        self._heed_limits(api, response)
        if response.status_code >= _SERVER_ERROR:
            said = self._safe(url, f"answers {response.status_code} {_message(response)}")
            raise TransientError(said, is_heavy=response.status_code in _TOO_HEAVY)
        return response

    def _heed_limits(self, api: str, response: requests.Response) -> None:
        headers = response.headers
        is_spent = headers.get("x-ratelimit-remaining") == "0"
        reset = headers.get("x-ratelimit-reset", "")
        until = float(reset) if is_spent and reset.isdigit() else None
        if until is not None:
            self._pace.close(api, until, "GitHub's rate limit of this token is spent")
        if not _is_limited(response, is_spent):
            return
        self._pace.refused()
        if until is None or until <= self._load.clock.now():
            told = headers.get("retry-after", "")
            seconds = float(told) if told.isdigit() else 1.0 if until is not None else None
            self._pace.slow_down(seconds, "GitHub asks to slow down (its secondary rate limit)")
        raise _LimitedError

    def _data(self, response: requests.Response) -> Answer:
        url = self._load.graphql_url
        if response.status_code >= _BAD_REQUEST:
            raise self._refusal(url, response, f"{url} answers {response.status_code} {_message(response)}")
        answer = self._parsed(response, url)
        if not isinstance(answer, dict) or not ("data" in answer or "errors" in answer):
            what = f"is no GraphQL API: it answers {_message(response)!r}; is GITHUB_GRAPHQL_URL right?"
            raise SourceError(self._safe(url, what))
        self._count(answer)
        errors = [e for e in answer.get("errors") or () if not _is_absent(e)]
        if not all(isinstance(e, dict) for e in errors):
            raise SourceError(self._safe(url, f"answers errors of an unknown form: {str(errors)[:200]}"))
        kinds = {e.get("type") for e in errors}
        refused = {tuple(e.get("path") or ()): str(e.get("message")).replace(self._load.token, "***") for e in errors}
        said = "; ".join(refused.values())[:500]
        data = answer.get("data")
        is_heavy = "RESOURCE_LIMITS_EXCEEDED" in kinds
        # GitHub's own fault has no type.
        is_broken = any(not e.get("type") and "something went wrong" in str(e.get("message")).lower() for e in errors)
        shown = None if data is None else Answer(data, refused, is_heavy or is_broken)
        if is_heavy or is_broken:
            raise TransientError(said, is_heavy, shown)
        if shown is None or () in refused:
            raise SourceError(self._safe(url, f"refuses the query: {said}"))
        return shown

    def _count(self, answer: dict[str, Any]) -> None:
        limit = (answer.get("data") or {}).get("rateLimit") or {}
        with self._books:
            self._load.points += limit.get("cost") or 0
            self.remaining = limit.get("remaining", self.remaining)

    def _parsed(self, response: requests.Response, url: str) -> Any:
        """The body as JSON; one that breaks off is a fault, one that never was JSON is null."""
        answer = _json(response)
        if answer is None and response.text.lstrip()[:1] in ("{", "[", ""):
            raise TransientError(self._safe(url, "sent half an answer"))
        return answer

    def _refusal(self, url: str, response: requests.Response, said: str) -> RefusedError:
        if response.status_code == _UNAUTHORIZED:
            said = f"{url} does not accept the token in GITHUB_TOKEN (401 {_message(response)})"
        return RefusedError(said.replace(self._load.token, "***"), response.status_code)

    def _safe(self, url: str, what: str) -> str:
        """A message that names the URL; should the API repeat the token, it goes no further."""
        return f"{url} {what}".replace(self._load.token, "***")


@cache
def _document(name: str) -> str:
    return resources.files(__package__).joinpath("queries", f"{name}.graphql").read_text("utf-8")


def _failure(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _is_absent(error: Any) -> bool:
    """Whether what was asked for by its name or id is not there. A list that is not found is a refused one."""
    if not isinstance(error, dict) or error.get("type") != "NOT_FOUND":
        return False
    path = error.get("path") or []
    return len(path) < 2 or path[0] == "nodes"


def _is_limited(response: requests.Response, is_spent: bool) -> bool:
    """Whether a limit is what GitHub refuses a request for; the GraphQL API says so with status 200, too."""
    if response.status_code == _TOO_MANY_REQUESTS:
        return True
    if response.status_code == _FORBIDDEN:
        return is_spent or "retry-after" in response.headers or "secondary rate limit" in response.text.lower()
    if b"rate limit" not in response.content.lower() and b"RATE_LIMIT" not in response.content:
        return False
    answer = _json(response)
    errors = answer.get("errors") if isinstance(answer, dict) else None
    known = [e for e in errors if isinstance(e, dict)] if isinstance(errors, list) else []
    return any(
        e.get("type") in ("RATE_LIMITED", "RATE_LIMIT") or "secondary rate limit" in str(e.get("message")).lower()
        for e in known
    )


def _json(response: requests.Response) -> Any:
    """The body as JSON, or None. Half a surrogate pair, which JSON can spell and nothing can store, becomes `?`."""
    try:
        answer = json.loads(response.content)
    except ValueError:
        return None
    if rb"\ud" in response.content.lower():
        return json.loads(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))
    return answer


def _message(response: requests.Response) -> str:
    """What the API says of its answer, else how the body begins."""
    answer = _json(response)
    said = answer.get("message") if isinstance(answer, dict) else None
    return " ".join(str(said or response.text or response.reason).split())[:200]


def _reason(error: Exception) -> str:
    """The innermost cause in one line; requests nests it in the text of urllib3's retries."""
    cause = causes(error)[-1]
    return str(cause) or type(cause).__name__
