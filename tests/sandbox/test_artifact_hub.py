"""The double of Artifact Hub: shapes, pages, and how it refuses."""

from typing import Any

import pytest
import requests
import yaml

from community_assets.sandbox import Community, Sandbox
from community_assets.sandbox.artifact_hub import INTERNAL, SLOW_DOWN, ArtifactHub
from tests.conftest import SHARED
from tests.sandbox.openapi import OpenApi

SEARCH = "/packages/search?facets=false"


@pytest.fixture(scope="session")
def artifact_hub_api() -> OpenApi:
    """Artifact Hub's own description of its API."""
    path = SHARED / "contracts" / "artifacthub" / "openapi.yaml"
    if not path.exists():
        pytest.skip(f"Artifact Hub's own description is not at {path}")
    return OpenApi(yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def get(sandbox: Sandbox, path: str) -> requests.Response:
    return requests.get(f"{sandbox.artifact_hub.url}/api/v1{path}", timeout=10)


@pytest.mark.parametrize(
    "query", ["", "&limit=60", "&limit=61", "&offset=1000", "&org=nobody-has-this-name", "&sort=stars&kind=0&kind=12"]
)
def test_a_search_has_artifact_hubs_shape(artifact_hub_api: OpenApi, sandbox: Sandbox, query: str) -> None:
    response = get(sandbox, SEARCH + query)
    assert artifact_hub_api.answer_problems("/packages/search", response.status_code, response.json()) == []


def test_details_of_every_package_have_artifact_hubs_shape(
    artifact_hub_api: OpenApi, sandbox: Sandbox, community: Community
) -> None:
    for package in community.creators.packages:
        path = f"/packages/helm/{package.repository.name}/{package.name}"
        response = get(sandbox, path)
        assert (response.status_code, response.json()["package_id"]) == (200, package.package_id)
        assert artifact_hub_api.answer_problems(path, 200, response.json()) == []


@pytest.mark.parametrize("fault", [SLOW_DOWN, INTERNAL])
def test_refusals_are_those_that_artifact_hub_names(artifact_hub_api: OpenApi, fault: str) -> None:
    answer = ArtifactHub.FAILURES[fault]
    assert artifact_hub_api.answer_problems("/packages/search", answer.status, answer.body) == []


def test_what_the_description_does_not_know_is_a_problem(artifact_hub_api: OpenApi) -> None:
    assert artifact_hub_api.request_problems("/packages/search", [("limit", "61")]) != []
    assert artifact_hub_api.request_problems("/packages/search", [("facets", "false"), ("page", "2")]) != []
    assert artifact_hub_api.request_problems("/packages/nonsense/a/b", []) != []
    assert artifact_hub_api.answer_problems("/packages/search", 418, {}) != []
    assert artifact_hub_api.answer_problems("/packages/search", 200, {"packages": [{}]}) != []


@pytest.mark.parametrize(("limit", "status"), [("60", 200), ("61", 400), ("0", 400), ("x", 400), ("-1", 400)])
def test_a_page_of_more_than_sixty_is_refused_and_not_cut(sandbox: Sandbox, limit: str, status: int) -> None:
    assert get(sandbox, f"{SEARCH}&limit={limit}").status_code == status


def test_pages_hold_every_package_once_and_a_header_tells_how_many(sandbox: Sandbox, community: Community) -> None:
    pages = [get(sandbox, f"{SEARCH}&limit=60&offset={offset}") for offset in (0, 60, 120)]
    ids = [package["package_id"] for page in pages for package in page.json()["packages"]]
    assert sorted(ids) == sorted(package.package_id for package in community.creators.packages)
    assert {page.headers["Pagination-Total-Count"] for page in pages} == {str(len(ids))}


def test_packages_are_found_by_publisher_repository_and_words(sandbox: Sandbox, community: Community) -> None:
    def names(query: str) -> set[str]:
        return {package["name"] for package in get(sandbox, f"{SEARCH}&limit=60&{query}").json()["packages"]}

    creators: Any = community.creators
    assert names("org=beacon-example") == names("repo=beacon") == {p.name for p in community.projects}
    assert names(f"user={creators.maker.login}") == {"bastion"}
    assert names("ts_query_web=chart+bastion") == {"bastion"}
    assert names("org=nobody-has-this-name") == set()
