"""Repositories in which artifacts of other platforms have their source: whose they are, and who contributes to them.

What belongs here: asking for many repositories at once, and for the contributors of those that were pushed to since.
They are no part of the community: their tables are apart, and only the profiles of their owners are asked for.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import dlt
import pyarrow as pa

from community_assets.sources.github import rows, schemas
from community_assets.sources.github.client import Answer, BudgetSpentError, RefusedError, TransientError
from community_assets.sources.load import SourceError

if TYPE_CHECKING:
    from community_assets.sources.github.source import GithubLoad

Node = dict[str, Any]
# 1 point, for nothing in it is a list.
REPOSITORIES_PER_QUERY = 50
_PER_PAGE = 100
_FIELDS = (
    "id databaseId nameWithOwner isArchived stargazerCount forkCount pushedAt "
    "owner { __typename id login ... on User { databaseId } ... on Organization { databaseId } }"
)
_LISTS = "contributors of artifacts' repositories"


def artifact_repositories(load: "GithubLoad") -> Iterator[pa.Table]:
    """Ask for all of them, a point for each 50; of those that GitHub does not show, that is said."""
    if load.failure:
        return
    names = load.artifact_repositories
    for start in range(0, len(names), REPOSITORIES_PER_QUERY):
        some = names[start : start + REPOSITORIES_PER_QUERY]
        try:
            answer = load.client.ask(_query(some))
        except BudgetSpentError:
            load.left["artifacts' repositories"] = f"{len(names) - start:,}"
            break
        except (RefusedError, TransientError) as error:
            load.failures["artifacts' repositories"] = str(error)
            continue
        except SourceError as error:
            load.fail(error)
            return
        yield load.batch(list(_described(load, some, answer)), schemas.ARTIFACT_REPOSITORIES)
        load.report("artifacts' repositories")
    load.finished.add(("artifact_repositories", ""))


def _query(names: list[str]) -> str:
    """The names are data: as JSON they are strings of GraphQL too."""
    asked = []
    for number, (owner, _, name) in enumerate(name.partition("/") for name in names):
        asked.append(f"r{number}: repository(owner: {json.dumps(owner)}, name: {json.dumps(name)}) {{ {_FIELDS} }}")
    return f"query ArtifactRepositories {{ {' '.join(asked)} rateLimit {{ cost remaining resetAt }} }}"


def _described(load: "GithubLoad", names: list[str], answer: Answer) -> Iterator[Node]:
    refused = {path[0]: reason for path, reason in answer.refused.items() if path}
    for number, name in enumerate(names):
        node = answer.data.get(f"r{number}")
        if node:
            load.artifacts[node["id"]] = node
        yield rows.artifact_repository(name, node, refused.get(f"r{number}"), load.observation())


def artifact_contributors(load: "GithubLoad") -> Iterator[pa.Table]:
    """List who contributes where it is due, at most a chunk of lists, within a budget of their own.

    dlt's state keeps for each repository when it was last pushed to and listed.
    """
    states = dlt.current.resource_state().setdefault("repositories", {})
    some = _due(load, states)[: load.pages_per_chunk]
    for node, nodes in zip(some, load.pool.map(lambda node: _list(load, node), some), strict=True):
        if nodes is not None:
            states[node["id"]] = {"pushed_at": node["pushedAt"], "listed_at": load.now().isoformat()}
            observation = {"repository_id": node["id"], **load.observation()}
            found = [{**row, **observation} for row in rows.contributors(nodes) if row.get("user_id")]
            yield load.batch(found, schemas.ARTIFACT_CONTRIBUTORS)
    if some:
        load.report(_LISTS)
    left = _due(load, states)
    if left and load.is_artifact_budget_spent:
        load.left[_LISTS] = f"{len(left):,}"
    if not left or load.is_artifact_budget_spent:
        load.finished.add(("artifact_contributors", ""))


def _due(load: "GithubLoad", states: Node) -> list[Node]:
    """Repositories that were never listed, then those that were pushed to or not listed for long; none of our own."""
    own = {name.lower() for name in load.repositories}

    def is_due(node: Node) -> bool:
        state = states.get(node["id"])
        if node["nameWithOwner"].lower() in own or node["id"] in load.artifacts_given_up:
            return False
        if not state or state["pushed_at"] != node["pushedAt"]:
            return True
        return load.now() - datetime.fromisoformat(state["listed_at"]) > load.whole_walk_after

    due = filter(is_due, load.artifacts.values())
    return sorted(due, key=lambda node: (states.get(node["id"], {}).get("listed_at", ""), node["id"]))


def _list(load: "GithubLoad", node: Node) -> list[Node] | None:
    """All contributors with an account; null where the budget is spent, or GitHub does not show them."""
    if load.failure or load.is_artifact_budget_spent:
        return None
    name, nodes = node["nameWithOwner"], list[Node]()
    try:
        for page in load.client.pages(f"/repos/{name}/contributors", per_page=_PER_PAGE):
            load.count_artifact_request()
            nodes += page.records or []
    except (RefusedError, TransientError) as error:
        noted = load.notes if isinstance(error, RefusedError) else load.failures
        noted[f"contributors of {name}"] = str(error)
        load.artifacts_given_up.add(node["id"])
        return None
    except SourceError as error:
        load.fail(error)
        return None
    return nodes
