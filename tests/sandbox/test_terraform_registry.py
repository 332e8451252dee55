"""The double of the Terraform Registry: shapes, pages and letter case, as its contract says."""

import json

import pytest
from starlette.datastructures import QueryParams

from community_assets.sandbox import Community
from community_assets.sandbox.double import ApiRequest
from community_assets.sandbox.github_answers import RestAnswer
from community_assets.sandbox.terraform_registry import TerraformRegistry
from tests.conftest import SHARED
from tests.sandbox.openapi import OpenApi


@pytest.fixture(scope="session")
def registry_api() -> OpenApi:
    """What is known of the registry's API; HashiCorp publishes no description of its own."""
    contract = SHARED / "contracts" / "terraform_registry" / "registry.openapi.derived.json"
    if not contract.is_file():
        pytest.skip(f"there is no contract at {contract}")
    return OpenApi(json.loads(contract.read_text("utf-8")))


@pytest.fixture
def registry(community: Community) -> TerraformRegistry:
    return TerraformRegistry(community, "http://127.0.0.1:9")


def ask(registry: TerraformRegistry, path: str, query: str = "") -> RestAnswer:
    return registry.answer(ApiRequest(path, QueryParams(query)))


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/.well-known/terraform.json", ""),
        ("/v1/modules", "verified=true"),
        ("/v1/modules/BEACON-example", "limit=2&offset=1"),
        ("/v1/modules/search", "q=terraform&limit=3&provider=aws"),
        ("/v1/modules/beacon-example/cluster", ""),
        ("/v1/modules/beacon-example/cluster/aws", ""),
        ("/v1/modules/beacon-example/cluster/aws/versions", ""),
        ("/v1/modules/beacon-example/cluster/aws/0.0.0", ""),
        ("/v2/modules/beacon-example/cluster/aws/downloads/summary", ""),
        ("/v2/providers", "filter[namespace]=Beacon-Example&page[size]=1"),
        ("/v2/providers", "filter[tier]=official"),
        ("/v2/providers/beacon-example/beacon", ""),
        ("/v2/providers/323/downloads/summary", ""),
        ("/v1/providers/beacon-example/beacon", ""),
        ("/v1/providers/beacon-example/beacon/versions", ""),
        ("/v1/providers/nobody/nothing", ""),
    ],
)
def test_requests_and_answers_are_those_of_the_contract(
    registry_api: OpenApi, registry: TerraformRegistry, path: str, query: str
) -> None:
    answer = ask(registry, path, query)
    assert answer.status == (404 if path.endswith(("/0.0.0", "/nothing")) else 200)
    assert registry_api.request_problems(path, QueryParams(query).multi_items()) == []
    assert registry_api.answer_problems(path, answer.status, answer.body) == []


def test_the_last_page_names_no_next_offset_and_a_great_limit_is_clamped(registry: TerraformRegistry) -> None:
    registry.most_per_page = 2
    first = ask(registry, "/v1/modules/beacon-example", "limit=1000").body
    last = ask(registry, "/v1/modules/beacon-example", "offset=2").body
    assert (first["meta"]["limit"], first["meta"]["next_offset"], len(first["modules"])) == (2, 2, 2)
    assert "prev_offset" not in first["meta"]
    assert not {"next_offset", "next_url"} & last["meta"].keys()
    assert len(last["modules"]) == 1


def test_a_list_of_nothing_is_no_error(registry: TerraformRegistry) -> None:
    assert ask(registry, "/v1/modules/nobody").body["modules"] == []
    assert ask(registry, "/v2/providers", "filter[namespace]=nobody").body["data"] == []
