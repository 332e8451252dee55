"""REST: one conversation with a public API over HTTP, by dlt's client: asking again, counting, refusals in plain words.

What belongs here: what answers mean, whoever sends them. What to ask for, and how its lists are paged, is said by each
source. GitHub's client is its own: it limits by points, wants smaller questions, and is asked by many threads.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dlt.common.configuration import resolve_configuration
from dlt.common.configuration.specs import RuntimeConfiguration
from dlt.sources.helpers import requests
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.client import PageData
from dlt.sources.helpers.rest_client.paginators import BasePaginator
from requests.auth import AuthBase

from community_assets.sources.load import Load, SourceError, UnavailableError, causes

_BAD_REQUEST, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _TOO_MANY_REQUESTS, _SERVER_ERROR = 400, 401, 403, 404, 429, 500


class RefusedError(SourceError):
    """The API refuses one question and goes on answering others."""


class MissingError(RefusedError):
    """What was asked for is not there, as the API itself says."""


class RestApi:
    """An API that is asked by GET and answers JSON objects.

    A request that fails is sent again as dlt's settings say, after the time that `Retry-After` names: limits, 5xx,
    broken connections, half answers, and pages of HTML where JSON is expected.

    Args:
        load: whose requests are counted.
        url: where the API is.
        variable: the variable of the environment that says so.
        auth: what is sent along.
        secrets: what no message may repeat.
    """

    def __init__(
        self, load: Load, url: str, variable: str, auth: AuthBase | None = None, secrets: Iterable[str] = ()
    ) -> None:
        self._load, self._url, self._variable, self._secrets = load, url, variable, tuple(secrets)
        runtime = resolve_configuration(RuntimeConfiguration())
        self._longest_wait = runtime.request_max_retry_delay
        client = requests.Client(
            raise_for_status=False,
            status_codes=range(_SERVER_ERROR, 600),
            retry_condition=self._may_be_answered_later,
            session_attrs={"headers": {"User-Agent": "community-heroes", "Accept": "application/json"}},
        )
        client.update_from_config(runtime)
        self.session = client.session
        self._rest = RESTClient(f"{url}/", auth=auth, session=self.session)

    def get(self, path: str, requires: str, params: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
        """Ask for one thing; null where it is not there.

        Args:
            path: below the URL.
            requires: a key that every answer has.
            params: of the query.

        Raises:
            RefusedError: the API refuses this question.
            SourceError: it cannot be asked at all; `UnavailableError` when it may answer later.
        """
        try:
            response = self._rest.get(path, params=dict(params or {}), hooks={"response": [self._heed]})
            return self._required(response, path, requires)
        except (requests.RequestException, ValueError) as error:
            explained = self._explained(path, error)
            if isinstance(explained, MissingError):
                return None
            raise explained from None

    def pages(
        self, path: str, requires: str, paginator: BasePaginator, params: Mapping[str, Any] | None = None
    ) -> Iterator[PageData[Any]]:
        """Ask for the pages of a list, the value of the key `requires` of each answer, with their responses.

        Raises:
            MissingError: there is no such list.
            RefusedError: the API refuses this list.
            SourceError: it cannot be asked at all; `UnavailableError` when it may answer later.
        """
        pages = self._rest.paginate(
            path,
            params=dict(params or {}),
            paginator=paginator,
            data_selector=requires,
            hooks={"response": [self._heed]},
        )
        while True:
            try:
                page = next(pages, None)
                if page is None:
                    return
                self._required(page.response, path, requires)
            except (requests.RequestException, ValueError) as error:
                raise self._explained(path, error) from None
            yield page

    def _heed(self, response: requests.Response, *_: Any, **__: Any) -> None:
        self._load.requests += 1
        if response.status_code >= _BAD_REQUEST:
            if response.status_code != _NOT_FOUND:
                self._load.logger.info("waiting: %s answers %s", self._url, response.status_code)
            raise requests.HTTPError(response=response)

    def _may_be_answered_later(self, response: requests.Response | None, _error: BaseException | None) -> bool:
        if response is None:
            return False
        if response.status_code == _TOO_MANY_REQUESTS:
            return bool(_wait_of(response) <= self._longest_wait)
        return bool(response.status_code < _BAD_REQUEST and _json(response) is None)

    def _required(self, response: requests.Response, path: str, key: str) -> dict[str, Any]:
        answer = response.json()
        if not isinstance(answer, dict) or key not in answer:
            what = f"answers something else: {_message(response)!r}; is {self._variable} right?"
            raise SourceError(self._safe(path, what))
        return answer

    def _explained(self, path: str, error: Exception) -> SourceError:
        """What an exception of a request means, in one line."""
        response = error.response if isinstance(error, requests.HTTPError) else None
        if response is None:
            return UnavailableError(self._safe(path, self._unanswered(error)))
        said = f"{response.status_code} {_message(response)}"
        if response.status_code == _TOO_MANY_REQUESTS:
            wait = _wait_of(response)
            when = f"in {wait:,.0f} seconds" if wait else "later"
            return UnavailableError(self._safe(path, f"asks to slow down ({said}); try again {when}"))
        if response.status_code == _NOT_FOUND and isinstance(_json(response), dict):
            return MissingError(self._safe(path, f"is not there ({said})"))
        wrong_settings = {
            _UNAUTHORIZED: f"does not accept the key that the environment names ({said})",
            _NOT_FOUND: f"is not there ({said}); is {self._variable} right?",
        }
        if response.status_code in wrong_settings:
            return SourceError(self._safe(path, wrong_settings[response.status_code]))
        if response.status_code == _FORBIDDEN or response.status_code >= _SERVER_ERROR:
            return UnavailableError(self._safe(path, f"answers {said}; try again later"))
        return RefusedError(self._safe(path, f"answers {said}"))

    def _unanswered(self, error: Exception) -> str:
        if isinstance(error, ValueError) and not isinstance(error, requests.ConnectionError):
            return "answers no JSON, or half of it; try again later"
        return f"({self._variable}) cannot be reached: {str(causes(error)[-1]) or type(error).__name__}"

    def _safe(self, path: str, what: str) -> str:
        message = f"{self._url}/{path} {what}"
        for secret in self._secrets:
            message = message.replace(secret, "***")
        return message


def _wait_of(response: requests.Response) -> float:
    """Seconds after which to ask again; 0 where that is not told. Dates are read by dlt, which knows a longest wait."""
    told = response.headers.get("retry-after", "").strip()
    return float(told) if told.isascii() and told.isdigit() else 0.0


def _json(response: requests.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _message(response: requests.Response) -> str:
    """What the API says of its answer, else how the body begins."""
    answer = _json(response)
    said = (answer.get("message") or answer.get("errors")) if isinstance(answer, dict) else None
    said = ", ".join(map(str, said)) if isinstance(said, list) else said
    return " ".join(str(said or response.text or response.reason).split())[:200]
