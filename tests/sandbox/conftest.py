import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema

from community_assets.sandbox import Community, Sandbox, serve
from tests.conftest import SHARED
from tests.sandbox.client import graphql
from tests.sandbox.shapes import nullable

Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def github_contracts() -> Path:
    folder = SHARED / "contracts" / "github"
    if not folder.is_dir():
        pytest.skip(f"GitHub's own schemas are not at {folder}")
    return folder


@pytest.fixture(scope="session")
def github_schema(github_contracts: Path) -> GraphQLSchema:
    """GitHub's own GraphQL schema."""
    return build_schema((github_contracts / "schema.graphql").read_text("utf-8"), assume_valid_sdl=True)


@pytest.fixture(scope="session")
def components(github_contracts: Path) -> dict[str, Any]:
    """GitHub's own OpenAPI components, as JSON Schema."""
    document = json.loads((github_contracts / "rest-openapi.trimmed.json").read_text("utf-8"))
    converted: dict[str, Any] = nullable(document["components"])
    return converted


@pytest.fixture(scope="session")
def community() -> Community:
    """A community that no test changes."""
    return Community.generate(people=1_000, seed=7)


@pytest.fixture
def small() -> Community:
    """A community of one's own, to be changed."""
    return Community.generate(people=150, seed=3)


@pytest.fixture(scope="session")
def sandbox(community: Community) -> Iterator[Sandbox]:
    with serve(community) as running:
        yield running


@pytest.fixture(scope="session")
def ask(sandbox: Sandbox) -> Ask:
    """Send a GraphQL query to the shared sandbox and return the answer."""

    def send(query: str, **variables: Any) -> dict[str, Any]:
        return graphql(sandbox, query, **variables)

    return send
