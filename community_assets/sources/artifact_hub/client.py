"""The client: what is asked of Artifact Hub, and how its pages are counted.

What belongs here: paths, parameters and headers. How answers are read, and refusals said, is `rest.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlt.sources.helpers import requests
from dlt.sources.helpers.rest_client.paginators import OffsetPaginator
from requests import PreparedRequest
from requests.auth import AuthBase

from community_assets.sources.load import SourceError
from community_assets.sources.rest import RestApi

if TYPE_CHECKING:
    from community_assets.sources.artifact_hub.source import ArtifactHubLoad

PAGE_SIZE = 60
"""Packages on a page; Artifact Hub refuses more."""


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
        self.maximum_value = _total_of(response)
        super().update_state(response, data)


class ArtifactHubClient:
    """Artifact Hub's API.

    Args:
        load: where it is, whose key is sent and never shown, and whose requests are counted.
    """

    def __init__(self, load: "ArtifactHubLoad") -> None:
        self._url = f"{load.url}/api/v1"
        self._api = RestApi(load, self._url, "ARTIFACT_HUB_URL", ApiKey(load.key), load.key or ())
        self.session = self._api.session

    def packages(self, offset: int, **criteria: str) -> Iterator[Page]:
        """Search packages, page by page from an offset on; deprecated ones too.

        Raises:
            RefusedError: Artifact Hub refuses this search.
            SourceError: it cannot be asked at all; `UnavailableError` when it may answer later.
        """
        parameters = {"facets": "false", "deprecated": "true", **criteria}
        for page in self._api.pages("packages/search", "packages", TotalInHeader(offset), parameters):
            found = [p for p in page if isinstance(p, dict) and isinstance(p.get("package_id"), str)]
            if len(found) < len(page):
                raise SourceError(f"{self._url}/packages/search answers packages of an unknown form")
            yield Page(found, _total_of(page.response))

    def details(self, path: str) -> dict[str, Any] | None:
        """Ask for the details of a package; null where it is not there any more.

        Raises:
            RefusedError: Artifact Hub refuses this question.
            SourceError: it cannot be asked at all; `UnavailableError` when it may answer later.
        """
        return self._api.get(path, "package_id")


def _total_of(response: requests.Response) -> int | None:
    """How many packages a search finds, as a header tells."""
    told = response.headers.get("pagination-total-count", "")
    return int(told) if told.isascii() and told.isdigit() else None
