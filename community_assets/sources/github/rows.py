"""From GitHub's answers to rows: pure renaming, one function for each table of `schemas.py`."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

Node = dict[str, Any]


def repository(node: Node, star_tier: str | None, observation: Node) -> Node:
    """A row of `schemas.REPOSITORIES`."""
    return {
        "repository_id": node["id"],
        "database_id": node["databaseId"],
        "name_with_owner": node["nameWithOwner"],
        "owner_login": node["owner"]["login"],
        "description": node["description"],
        "is_fork": node["isFork"],
        "is_archived": node["isArchived"],
        "primary_language": _name(node["primaryLanguage"]),
        "stargazer_count": node["stargazerCount"],
        "fork_count": node["forkCount"],
        "watcher_count": _total(node.get("watcherCount")),
        "created_at": node["createdAt"],
        "pushed_at": node["pushedAt"],
        "star_tier": star_tier,
        **observation,
    }


def stargazers(edge: Node) -> Iterator[Node]:
    """The row of `schemas.STARGAZERS` that an edge is, without repository and observation."""
    yield {**_person(edge["node"]), "starred_at": edge["starredAt"]}


def star_event(event: Node, user_id: str) -> Node:
    """The row of `schemas.STAR_EVENTS` that an event of a star is, without repository and observation."""
    actor = event["actor"]
    return {
        "event_id": event["id"],
        "user_id": user_id,
        "user_database_id": actor["id"],
        "user_login": actor["login"],
        "starred_at": event["created_at"],
    }


def star_week(week: Node) -> Node:
    """The row of `schemas.STAR_HISTORY` that a week is, without repository and observation."""
    begins = datetime.fromtimestamp(week["week"], UTC).isoformat()
    return {"week": begins, "stars": week["total"], "stars_by_day": week["days"]}


def watchers(node: Node) -> Iterator[Node]:
    """The row of `schemas.WATCHERS` that a node is, without repository and observation."""
    yield _person(node)


def forks(node: Node) -> Iterator[Node]:
    """The row of `schemas.FORKS` that a node is, without repository and observation."""
    yield {
        "fork_id": node["id"],
        "name_with_owner": node["nameWithOwner"],
        **_person(node["owner"]),
        "created_at": node["createdAt"],
    }


def activities(thread: Node) -> Iterator[Node]:
    """The rows of `schemas.ACTIVITIES` that a thread and its replies are, but for those whose author is gone."""
    kind = THREADS[thread["__typename"]]
    if thread["author"]:
        yield {
            "activity_id": thread["id"],
            "kind": kind,
            "thread_id": thread["id"],
            **_person(thread["author"]),
            "happened_at": thread["createdAt"],
            "merged_at": thread.get("mergedAt"),
            "state": thread.get("state"),
        }
    for connection, reply in REPLIES.items():
        for node in _nodes(thread.get(connection)):
            if node["author"]:
                yield reply(thread["id"], kind, node)


def _comment(thread_id: str, kind: str, node: Node) -> Node:
    return {
        "activity_id": node["id"],
        "kind": f"{kind}_comment",
        "thread_id": thread_id,
        **_person(node["author"]),
        "happened_at": node["createdAt"],
    }


def _review(thread_id: str, _kind: str, node: Node) -> Node:
    return {
        "activity_id": node["id"],
        "kind": "review",
        "thread_id": thread_id,
        **_person(node["author"]),
        "happened_at": node["submittedAt"] or node["createdAt"],
        "state": node["state"],
    }


THREADS = {"Issue": "issue", "PullRequest": "pull_request", "Discussion": "discussion"}
REPLIES: dict[str, Callable[[str, str, Node], Node]] = {"comments": _comment, "reviews": _review}


def contributors(nodes: list[Node]) -> Iterator[Node]:
    """Rows of `schemas.CONTRIBUTORS`, without repository and observation: each account, and all others as one."""
    anonymous = [node for node in nodes if node["type"] == "Anonymous"]
    for node in nodes:
        if node["type"] != "Anonymous":
            yield {
                "user_id": node["node_id"],
                "user_database_id": node["id"],
                "user_login": node["login"],
                "contributors": 1,
                "contributions": node["contributions"],
            }
    yield {"contributors": len(anonymous), "contributions": sum(node["contributions"] for node in anonymous)}


def artifact_repository(name: str, node: Node | None, refusal: str | None, observation: Node) -> Node:
    """A row of `schemas.ARTIFACT_REPOSITORIES`; one that GitHub does not show is an observation too."""
    if node is None:
        return {"source_repository": name, "is_found": False, "refusal": refusal, **observation}
    owner = node["owner"]
    return {
        "source_repository": name,
        "is_found": True,
        "repository_id": node["id"],
        "database_id": node["databaseId"],
        "name_with_owner": node["nameWithOwner"],
        "owner_id": owner["id"],
        "owner_database_id": owner.get("databaseId"),
        "owner_login": owner["login"],
        "owner_type": owner["__typename"],
        "is_archived": node["isArchived"],
        "stargazer_count": node["stargazerCount"],
        "fork_count": node["forkCount"],
        "pushed_at": node["pushedAt"],
        **observation,
    }


def user(user_id: str, node: Node | None, observation: Node) -> Node:
    """A row of `schemas.USERS`; GitHub answers null for an account that is gone, and that is an observation too."""
    if node is None:
        return {"user_id": user_id, "is_found": False, **observation}
    get = node.get
    return {
        "user_id": user_id,
        "is_found": True,
        "account_type": node["__typename"],
        "database_id": get("databaseId"),
        "login": get("login"),
        "name": get("name"),
        "company": get("company"),
        "location": get("location"),
        "email": get("email") or get("organizationEmail") or None,
        "bio": get("bio"),
        "pronouns": get("pronouns"),
        "twitter_username": get("twitterUsername"),
        "website_url": get("websiteUrl"),
        "avatar_url": get("avatarUrl"),
        "is_hireable": get("isHireable"),
        "is_github_employee": get("isEmployee"),
        "created_at": get("createdAt"),
        "updated_at": get("updatedAt"),
        "followers_count": _total(get("followers")),
        "following_count": _total(get("following")),
        "public_repositories_count": _total(get("publicRepositories")),
        "organizations": [_organization(o) for o in _nodes(get("organizations"))],
        "social_accounts": [_social_account(a) for a in _nodes(get("socialAccounts"))],
        "top_repositories": [
            {**_repository(r), "database_id": r["databaseId"]} for r in _nodes(get("topRepositories"))
        ],
        "recent_repositories": [_recent_repository(r) for r in _nodes(get("recentRepositories"))],
        **observation,
    }


def deep_profile(node: Node, asked_for: Node, observation: Node) -> Node:
    """A row of `schemas.DEEP_PROFILES`; `asked_for` tells why: `is_hero`, `is_sampled`."""
    return {
        "user_id": node["id"],
        "user_database_id": node["databaseId"],
        **asked_for,
        "repositories": [_own_repository(r) for r in _nodes(node["repositories"])],
        "starred_repositories": [_repository(r) for r in _nodes(node["starredRepositories"])],
        "contributed_repositories": [_repository(r) for r in _nodes(node["repositoriesContributedTo"])],
        **observation,
    }


def _person(actor: Node) -> Node:
    return {"user_id": actor["id"], "user_database_id": actor.get("databaseId"), "user_login": actor["login"]}


def _organization(node: Node) -> Node:
    return {
        "organization_id": node["id"],
        "database_id": node["databaseId"],
        "login": node["login"],
        "name": node["name"],
    }


def _social_account(node: Node) -> Node:
    return {"provider": node["provider"], "display_name": node["displayName"], "url": node["url"]}


def _repository(node: Node) -> Node:
    return {
        "repository_id": node["id"],
        "name_with_owner": node["nameWithOwner"],
        "stargazer_count": node["stargazerCount"],
        "primary_language": _name(node["primaryLanguage"]),
    }


def _recent_repository(node: Node) -> Node:
    return {"repository_id": node["id"], "created_at": node["createdAt"], "is_fork": node["isFork"]}


def _own_repository(node: Node) -> Node:
    topics = [topic["topic"]["name"] for topic in _nodes(node["repositoryTopics"])]
    return {**_repository(node), "is_fork": node["isFork"], "topics": topics}


def _nodes(connection: Node | None) -> list[Node]:
    return [node for node in (connection or {}).get("nodes") or () if node is not None]


def _total(connection: Node | None) -> int | None:
    return connection["totalCount"] if connection else None


def _name(node: Node | None) -> str | None:
    return node["name"] if node else None
