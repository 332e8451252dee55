"""The client: one conversation with Artifact Hub, its answers counted, its refusals in plain words.

What belongs here: headers, what Artifact Hub's answers mean, and asking again when the same question may be answered
later. What to ask for is said in `source.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlt.common.configuration import resolve_configuration
from dlt.common.configuration.specs import RuntimeConfiguration
from dlt.sources.helpers import requests
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.paginators import OffsetPaginator
from requests import PreparedRequest
from requests.auth import AuthBase

from community_assets.sources.load import SourceError, UnavailableError, causes

if TYPE_CHECKING:
    from community_assets.sources.artifact_hub.source import ArtifactHubLoad

PAGE_SIZE = 60
"""Packages on a page; Artifact Hub refuses more."""
_TOTAL = "pagination-total-count"
_OK, _BAD_REQUEST, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND = 200, 400, 401, 403, 404
_TOO_MANY_REQUESTS, _SERVER_ERROR = 429, 500


class RefusedError(SourceError):
    """Artifact Hub refuses one question and goes on answering others."""


@dataclass(frozen=True)
class Page:
    """One page of a search: its packages, and how many there are in all, null where Artifact Hub does not tell."""

    packages: list[dict[str, Any]]
    total: int | None


class ApiKey(AuthBase):
    """The two headers of an API key; as `auth` they appear in no log of requests, and give no way to ~/.netrc."""

    def __init__(self, key: tuple[str, str] | None) -> None:
        self._headers = dict(zip(("X-API-KEY-ID", "X-API-KEY-SECRET"), key or (), strict=False))

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add them."""
        request.headers.update(self._headers)
        return request


class TotalInHeader(OffsetPaginator):  # type: ignore[misc]
    """Pages by offset, up to the total that a header of each answer tells; without one, up to an empty page."""

    def __init__(self, offset: int) -> None:
        super().__init__(limit=PAGE_SIZE, offset=offset, total_path=None)

    def update_state(self, response: requests.Response, data: list[Any] | None = None) -> None:
        """Move on, and stop behind the total."""
        self.maximum_value = total_of(response)
        super().update_state(response, data)


class ArtifactHubClient:
    """Artifact Hub's API.

    Args:
        load: where it is, whose key is sent and never shown, and whose requests are counted.
    """

    def __init__(self, load: "ArtifactHubLoad") -> None:
        self._load = load
        self._longest_wait = resolve_configuration(RuntimeConfiguration()).request_max_retry_delay
        self.session = requests.Client(
            raise_for_status=False,
            status_codes=range(_SERVER_ERROR, 600),
            retry_condition=self._may_be_answered_later,
        ).session
        self.session.headers.update({"User-Agent": "community-heroes", "Accept": "application/json"})
        self._rest = RESTClient(
            f"{load.url}/api/v1/",
            auth=ApiKey(load.key),
            session=self.session,
            data_selector="packages",
        )

    def packages(self, offset: int, **criteria: str) -> Iterator[Page]:
        """Search packages, page by page from an offset on; deprecated ones too.

        Raises:
            RefusedError: Artifact Hub refuses this search.
            SourceError: it cannot be asked at all; `UnavailableError` when it may answer later.
        """
        parameters = {"facets": "false", "deprecated": "true", **criteria}
        pages = self._rest.paginate(
            "packages/search", params=parameters, paginator=TotalInHeader(offset), hooks={"response": [self._heed]}
        )
        while True:
            try:
                page = next(pages, None)
                if page is None:
                    return
                self._require(page.response, "packages")
            except (requests.RequestException, ValueError) as error:
                raise self._explain("packages/search", error) from None
            found = [p for p in page if isinstance(p, dict) and isinstance(p.get("package_id"), str)]
            if len(found) < len(page):
                raise SourceError(self._safe("packages/search", "answers packages of an unknown form"))
            yield Page(found, total_of(page.response))

    def details(self, path: str) -> dict[str, Any] | None:
        """Ask for the details of a package; null where it is not there any more.

        Raises:
            RefusedError: Artifact Hub refuses this question.
            SourceError: it cannot be asked at all; `UnavailableError` when it may answer later.
        """
        try:
            response = self._rest.get(path, hooks={"response": [self._heed]})
            return self._require(response, "package_id")
        except (requests.RequestException, ValueError) as error:
            if _status(error) == _NOT_FOUND:
                return None
            raise self._explain(path, error) from None

    def _heed(self, response: requests.Response, *_: Any, **__: Any) -> None:
        self._load.requests += 1
        if response.status_code >= _BAD_REQUEST:
            raise requests.HTTPError(response=response)

    def _may_be_answered_later(self, response: requests.Response | None, _error: BaseException | None) -> bool:
        """Whether to ask again: half an answer, a page of HTML instead of one, or too many requests."""
        if response is None:
            return False
        if response.status_code == _TOO_MANY_REQUESTS:
            return bool(_wait_of(response) <= self._longest_wait)
        return response.status_code == _OK and not _is_json(response)

    def _require(self, response: requests.Response, key: str) -> dict[str, Any]:
        answer = response.json()
        if not isinstance(answer, dict) or key not in answer:
            path = response.url.split("?")[0].removeprefix(f"{self._load.url}/api/v1/")
            what = f"is no answer of Artifact Hub: {_message(response)!r}; is ARTIFACT_HUB_URL right?"
            raise SourceError(self._safe(path, what))
        return answer

    def _explain(self, path: str, error: Exception) -> SourceError:
        """What an exception of a request means, in one line."""
        if isinstance(error, requests.HTTPError) and error.response is not None:
            return self._refusal(path, error.response)
        if isinstance(error, ValueError):
            return UnavailableError(self._safe(path, "answers no JSON, or half of it; try again later"))
        reason = str(causes(error)[-1]) or type(error).__name__
        return UnavailableError(self._safe(path, f"(ARTIFACT_HUB_URL) cannot be reached: {reason}"))

    def _refusal(self, path: str, response: requests.Response) -> SourceError:
        status, said = response.status_code, f"{response.status_code} {_message(response)}"
        kind: type[SourceError] = SourceError
        if status == _TOO_MANY_REQUESTS:
            wait = _wait_of(response)
            kind, when = UnavailableError, f"in {wait:,.0f} seconds" if wait else "later"
            what = f"asks to slow down ({said}); try again {when}"
        elif status == _UNAUTHORIZED:
            what = f"does not accept the key in ARTIFACT_HUB_API_KEY_ID and ARTIFACT_HUB_API_KEY_SECRET ({said})"
        elif status == _NOT_FOUND:
            what = f"is not there ({said}); is ARTIFACT_HUB_URL right?"
        elif status == _FORBIDDEN or status >= _SERVER_ERROR:
            kind, what = UnavailableError, f"answers {said}; try again later"
        else:
            kind, what = RefusedError, f"answers {said}"
        return kind(self._safe(path, what))

    def _safe(self, path: str, what: str) -> str:
        """A message that names the URL; should the API repeat the key, it goes no further."""
        message = f"{self._load.url}/api/v1/{path} {what}"
        for secret in self._load.key or ():
            message = message.replace(secret, "***")
        return message


def total_of(response: requests.Response) -> int | None:
    """How many packages a search finds, as a header tells."""
    told = response.headers.get(_TOTAL, "")
    return int(told) if told.isascii() and told.isdigit() else None


def _wait_of(response: requests.Response) -> float:
    """Seconds after which to ask again; 0 where that is not told. Dates are read by dlt, which knows a longest wait."""
    told = response.headers.get("retry-after", "").strip()
    return float(told) if told.isascii() and told.isdigit() else 0.0


def _is_json(response: requests.Response) -> bool:
    try:
        response.json()
    except ValueError:
        return False
    return True


def _status(error: Exception) -> int | None:
    return error.response.status_code if isinstance(error, requests.HTTPError) and error.response is not None else None


def _message(response: requests.Response) -> str:
    """What the API says of its answer, else how the body begins."""
    said = None
    if _is_json(response):
        answer = response.json()
        said = answer.get("message") if isinstance(answer, dict) else None
    return " ".join(str(said or response.text or response.reason).split())[:200]
