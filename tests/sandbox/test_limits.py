"""Points and budgets of the sandbox, against GitHub's documented examples and a second implementation."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema, parse
from hypothesis import given
from hypothesis import strategies as st

from community_assets.sandbox.github_limits import Budget, Cost, Quota, cost_of

POINTS_EXAMPLE = """{ viewer { repositories(first: 100) { edges { node {
  issues(first: 50) { edges { node { labels(first: 60) { edges { node { name } } } } } } } } } } }"""
NODES_EXAMPLE = """{ viewer {
  repositories(first: 50) { edges { repository: node { name
    pullRequests(first: 20) { edges { pullRequest: node { title comments(first: 10) { nodes { body } } } } }
    issues(first: 20) { totalCount edges { issue: node { title comments(first: 10) { nodes { body } } } } } } } }
  followers(first: 10) { edges { follower: node { login } } } } }"""


def test_githubs_documented_examples() -> None:
    cost = cost_of(parse(POINTS_EXAMPLE), {})
    assert (cost.requests, cost.points) == (1 + 100 + 100 * 50, 51)
    assert cost_of(parse(NODES_EXAMPLE), {}).nodes == 22_060


@pytest.mark.parametrize(("requests", "points"), [(0, 1), (1, 1), (149, 1), (150, 2), (249, 2), (5_101, 51)])
def test_points_are_rounded_to_the_nearest_and_at_least_one(requests: int, points: int) -> None:
    assert Cost(requests, nodes=0).points == points


def test_variables_their_defaults_and_fragments_count() -> None:
    document = parse("""query A($n: Int = 30, $ids: [ID!]!) { nodes(ids: $ids) { ...F } }
      fragment F on User { repositories(first: $n) { nodes { id } } }""")
    assert cost_of(document, {"ids": ["a", "b"]}) == Cost(requests=1 + 2, nodes=2 + 2 * 30)
    assert cost_of(document, {"ids": ["a"], "n": 5}) == Cost(requests=1 + 1, nodes=1 + 5)


def test_a_connection_asked_for_its_count_only_is_free() -> None:
    assert cost_of(parse("{ viewer { followers { totalCount } } }"), {}) == Cost(requests=0, nodes=0)


def test_a_second_implementation_of_the_formula_agrees(github_contracts: Path, github_schema: GraphQLSchema) -> None:
    spec = importlib.util.spec_from_file_location("gqlcost", github_contracts / "gqlcost.py")
    assert spec
    assert spec.loader
    second: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(second)
    own = Path(__file__).parents[2] / "community_assets" / "sources" / "github" / "queries"
    for path in [*github_contracts.glob("queries/*.graphql"), *own.glob("*.graphql")]:
        document = parse(path.read_text("utf-8"))
        variables = {"ids": ["x"] * 73, "first": 100, "n": 50, "size": 25}
        theirs = second.cost(github_schema, document, variables, {"ids": 73}, count_total_only=False)
        ours = cost_of(document, variables)
        assert (ours.requests, ours.points, ours.nodes) == (theirs["requests"], theirs["points"], theirs["nodes"]), path


@given(st.lists(st.tuples(st.integers(0, 30), st.floats(0, 40)), max_size=30))
def test_a_budget_never_goes_below_zero_and_starts_again_in_the_next_window(steps: list[tuple[int, float]]) -> None:
    now = 1_000.0
    budget = Budget("core", Quota(points=50, seconds=60), clock=lambda: now)
    spent = 0
    for points, pause in steps:
        reset = budget.reset
        before = budget.remaining
        budget.charge(points)
        assert budget.remaining == max(0, before - points)
        spent += before - budget.remaining
        assert int(budget.headers()["x-ratelimit-used"]) + budget.remaining == 50
        now += pause
        if now >= reset:
            assert (budget.remaining, budget.used) == (50, 0)
    assert budget.total == spent
