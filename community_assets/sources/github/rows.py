"""From GitHub's answers to rows: pure renaming, one function for each table of `schemas.py`."""

from typing import Any

Node = dict[str, Any]


def repository(node: Node, observation: Node) -> Node:
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
        "watcher_count": node["watchers"]["totalCount"],
        "created_at": node["createdAt"],
        "pushed_at": node["pushedAt"],
        **observation,
    }


def stargazer(repository_id: str, edge: Node, observation: Node) -> Node:
    """A row of `schemas.STARGAZERS`."""
    user = edge["node"]
    return {
        "repository_id": repository_id,
        "user_id": user["id"],
        "user_database_id": user["databaseId"],
        "user_login": user["login"],
        "starred_at": edge["starredAt"],
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
        "top_repositories": [_top_repository(r) for r in _nodes(get("topRepositories"))],
        **observation,
    }


def _organization(node: Node) -> Node:
    return {
        "organization_id": node["id"],
        "database_id": node["databaseId"],
        "login": node["login"],
        "name": node["name"],
    }


def _social_account(node: Node) -> Node:
    return {"provider": node["provider"], "display_name": node["displayName"], "url": node["url"]}


def _top_repository(node: Node) -> Node:
    return {
        "repository_id": node["id"],
        "database_id": node["databaseId"],
        "name_with_owner": node["nameWithOwner"],
        "stargazer_count": node["stargazerCount"],
        "primary_language": _name(node["primaryLanguage"]),
    }


def _nodes(connection: Node | None) -> list[Node]:
    return [node for node in (connection or {}).get("nodes") or () if node is not None]


def _total(connection: Node | None) -> int | None:
    return connection["totalCount"] if connection else None


def _name(node: Node | None) -> str | None:
    return node["name"] if node else None
