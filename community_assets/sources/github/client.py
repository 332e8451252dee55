"""The client: one authorised conversation with GitHub, its answers counted, its refusals in plain words.

What belongs here: headers, retries, and what GitHub's answers mean. What to ask for is said in `walks.py` and
`profiles.py`.
Retries of dropped connections, time-outs, 429 and 5xx (with Retry-After) are dlt's.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib import resources
from typing import Any

from dlt.sources.helpers import requests
from dlt.sources.helpers.rest_client.auth import BearerTokenAuth

from community_assets.sources.load import Load, SourceError, UnavailableError, causes

Path = tuple[str | int, ...]
_UNAUTHORIZED, _FORBIDDEN, _TOO_MANY_REQUESTS, _BAD_REQUEST = 401, 403, 429, 400
_NO_CONTENT, _SERVER_ERROR = 204, 500


class RefusedError(Exception):
    """GitHub refuses one resource with a status of its own; the message is GitHub's."""


class GithubClient:
    """GraphQL and REST API of GitHub.

    Args:
        token: sent as a bearer token, never shown.
        api_url: base of the REST API; GITHUB_API_URL.
        graphql_url: endpoint; GITHUB_GRAPHQL_URL, or what GITHUB_API_URL implies.
        load: whose requests and points are counted.
    """

    def __init__(self, token: str, api_url: str, graphql_url: str, load: Load) -> None:
        self._api_url = api_url
        self._url = graphql_url
        self._token = token
        self._load = load
        self._http = requests.Client(
            raise_for_status=False,
            # As a header the token would give way to an entry of ~/.netrc.
            # One format of node ids for both APIs, whatever the age of an account.
            session_attrs={
                "auth": BearerTokenAuth(token),
                "headers": {"User-Agent": "community-heroes", "X-Github-Next-Global-ID": "1"},
            },
        )
        self._http.configure()
        self.remaining: int | None = None
        self.refused: dict[Path, str] = {}

    def query(self, document: str, /, **variables: Any) -> dict[str, Any]:
        """Send the query of `queries/<document>.graphql`.

        Returns:
            `data` of the answer. What GitHub did not find or refused is null in it; why it refused is in `refused`, by
            its path in the answer.

        Raises:
            SourceError: GitHub cannot be reached, refuses the token, its rate limit is spent, or it refuses the query.
        """
        query = resources.files(__package__).joinpath("queries", f"{document}.graphql").read_text("utf-8")
        response = self._send("POST", self._url, json={"query": query, "variables": variables})
        if response.status_code >= _BAD_REQUEST:
            raise self._error(f"answers {response.status_code} {_message(response)}")
        return self._data(response)

    def pages(self, path: str, **parameters: Any) -> Iterator[list[dict[str, Any]]]:
        """Ask for a list of the REST API, page by page as its Link headers lead.

        Raises:
            RefusedError: GitHub refuses this list.
            SourceError: GitHub cannot be reached, refuses the token, or its rate limit is spent.
        """
        url: str | None = f"{self._api_url}{path}"
        while url:
            response = self._get(url, parameters)
            if response.status_code == _NO_CONTENT:
                return
            page = _json(response)
            if not isinstance(page, list):
                raise SourceError(self._safe(url, f"answers no list: {_message(response)!r}"))
            yield page
            url, parameters = response.links.get("next", {}).get("url"), {}

    def get(self, path: str) -> tuple[Any, Mapping[str, str]]:
        """Ask for one resource of the REST API: its JSON, and the headers of the answer.

        Raises:
            RefusedError: GitHub refuses this resource.
            SourceError: GitHub cannot be reached, refuses the token, or its rate limit is spent.
        """
        response = self._get(f"{self._api_url}{path}", {})
        return _json(response), response.headers

    def _get(self, url: str, parameters: dict[str, Any]) -> requests.Response:
        response = self._send("GET", url, params=parameters, headers={"Accept": "application/vnd.github+json"})
        if response.status_code >= _BAD_REQUEST:
            raise RefusedError(f"{response.status_code} {_message(response)}".replace(self._token, "***"))
        return response

    def _send(self, method: str, url: str, **options: Any) -> requests.Response:
        try:
            response = self._http.request(method, url, **options)
        except requests.RequestException as error:
            raise UnavailableError(self._safe(url, f"(GITHUB_API_URL) cannot be reached: {_reason(error)}")) from None
        self._load.requests += 1
        if response.status_code >= _SERVER_ERROR:
            raise UnavailableError(self._safe(url, f"answers {response.status_code} {_message(response)}"))
        self._refuse_token_or_limit(response)
        return response

    def _refuse_token_or_limit(self, response: requests.Response) -> None:
        if response.status_code == _UNAUTHORIZED:
            raise self._error(f"does not accept the token in GITHUB_TOKEN (401 {_message(response)})")
        limited = response.headers.get("x-ratelimit-remaining") == "0"
        if response.status_code in (_FORBIDDEN, _TOO_MANY_REQUESTS) and limited:
            raise SourceError(_rate_limit_spent(response))

    def _error(self, what: str) -> SourceError:
        return SourceError(self._safe(self._url, what))

    def _safe(self, url: str, what: str) -> str:
        """A message that names the URL; should the API repeat the token, it goes no further."""
        return f"{url} {what}".replace(self._token, "***")

    def _data(self, response: requests.Response) -> dict[str, Any]:
        answer = _json(response)
        if not isinstance(answer, dict) or not ("data" in answer or "errors" in answer):
            raise self._error(f"is no GraphQL API: it answers {_message(response)!r}; is GITHUB_GRAPHQL_URL right?")
        errors = [e for e in answer.get("errors") or () if not _is_absent(e)]
        if not all(isinstance(e, dict) for e in errors):
            raise self._error(f"answers errors of an unknown form: {str(errors)[:200]}")
        self.refused = {tuple(e.get("path") or ()): str(e.get("message")) for e in errors}
        if any(e.get("type") in ("RATE_LIMITED", "RATE_LIMIT") for e in errors):
            raise SourceError(_rate_limit_spent(response))
        data: dict[str, Any] | None = answer.get("data")
        if data is None or () in self.refused:
            raise self._error(f"refuses the query: {'; '.join(self.refused.values())[:500]}")
        limit = data.get("rateLimit") or {}
        self._load.points += limit.get("cost") or 0
        self.remaining = limit.get("remaining")
        return data


def _is_absent(error: Any) -> bool:
    """Whether what was asked for by its name or id is not there. A list that is not found is a refused one."""
    if not isinstance(error, dict) or error.get("type") != "NOT_FOUND":
        return False
    path = error.get("path") or []
    return len(path) < 2 or path[0] == "nodes"


def _rate_limit_spent(response: requests.Response) -> str:
    reset = response.headers.get("x-ratelimit-reset", "")
    when = f"{datetime.fromtimestamp(int(reset), UTC):%H:%M} UTC" if reset.isdigit() else "an hour"
    return f"GitHub's rate limit of this token is spent until {when}; a later refresh goes on where this one stopped"


def _json(response: requests.Response) -> Any:
    """The body as JSON, or None. Half a surrogate pair, which JSON can spell and nothing can store, becomes `?`."""
    try:
        answer = response.json()
    except ValueError:
        return None
    if "\\ud" in response.text.lower():
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
