"""How the fields of GitHub's GraphQL API read a community.

What belongs here: entry points, scalars and the table of everything that is not simply the attribute of its name.
Connections are `github_connections.py`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo

from community_assets.sandbox import github_connections as connections
from community_assets.sandbox.entities import Account, Organization, Project, Repository, User
from community_assets.sandbox.github_access import gone_error
from community_assets.sandbox.github_connections import Context, Resolver
from community_assets.sandbox.github_paging import github_error
from community_assets.sandbox.threads import Post

MOST_IDS = 100


@dataclass(frozen=True, slots=True)
class RateLimit:
    """The state of the budget after a query, and what the query cost."""

    cost: int
    node_count: int
    limit: int
    remaining: int
    used: int
    reset_at: datetime


def _itself(source: Any, _info: GraphQLResolveInfo) -> Any:
    return source


def _node(_root: None, info: GraphQLResolveInfo, id: str) -> Any:
    found = info.context.community.node(id)
    home = _home(found, info)
    if home and (status := info.context.conditions.gone_status(home.name_with_owner)):
        return gone_error(status, home.name_with_owner)
    return found or _unresolved(id)


def _home(node: Any, info: GraphQLResolveInfo) -> Repository | None:
    """Return the repository that goes along with a record: itself, or where it was written."""
    if isinstance(node, Post):
        projects: list[Project] = info.context.community.projects
        return next(project for project in projects if project.database_id == node.repository_id)
    return node if isinstance(node, Repository) else None


def _nodes(_root: None, info: GraphQLResolveInfo, ids: list[str]) -> list[Any]:
    if len(ids) > MOST_IDS:
        message = f"You may not provide more than {MOST_IDS} node ids; you provided {len(ids)}."
        raise github_error("ARGUMENT_LIMIT", message)
    return [_node(_root, info, node_id) for node_id in ids]


def _unresolved(node_id: str) -> GraphQLError:
    """Return what the executor turns into a null entry with an error of its own."""
    return github_error("NOT_FOUND", f"Could not resolve to a node with the global id of '{node_id}'.")


def _organization(_root: None, info: GraphQLResolveInfo, login: str) -> Organization:
    account = info.context.community.account(login)
    if not isinstance(account, Organization):
        raise github_error("NOT_FOUND", f"Could not resolve to an Organization with the login of '{login}'.")
    return account


def _repository(_root: None, info: GraphQLResolveInfo, owner: str, name: str, **options: bool) -> Repository:
    follow, asked = options.get("followRenames", True), f"{owner}/{name}"
    repository: Repository | None = info.context.community.repository(asked, follow)
    if status := info.context.conditions.gone_status(asked, repository.name_with_owner if repository else asked):
        raise gone_error(status, asked)
    if repository is None:
        raise github_error("NOT_FOUND", f"Could not resolve to a Repository with the name '{owner}/{name}'.")
    return repository


def _user(_root: None, info: GraphQLResolveInfo, login: str) -> User:
    account = info.context.community.account(login)
    if not isinstance(account, User):
        raise github_error("NOT_FOUND", f"Could not resolve to a User with the login of '{login}'.")
    return account


def _viewer(_root: None, info: GraphQLResolveInfo) -> User:
    return info.context.community.viewer  # type: ignore[no-any-return]


def _rate_limit(_root: None, info: GraphQLResolveInfo) -> RateLimit:
    context: Context = info.context
    budget, cost = context.budget, context.cost
    return RateLimit(cost.points, cost.nodes, budget.limit, budget.remaining, budget.used, budget.reset_at)


def _email(user: User, _info: GraphQLResolveInfo) -> str:
    return user.email or ""


def _author(post: Post, info: GraphQLResolveInfo) -> Account | None:
    """Return who wrote something; GitHub shows null, and its client a ghost, when the account is gone."""
    return info.context.community.accounts.get(post.author_id)  # type: ignore[no-any-return]


WRITTEN = ("Issue", "PullRequest", "Discussion", "IssueComment", "DiscussionComment", "PullRequestReview")
RESOLVERS: dict[tuple[str, str], Resolver] = {
    ("Query", "node"): _node,
    ("Query", "nodes"): _nodes,
    ("Query", "organization"): _organization,
    ("Query", "rateLimit"): _rate_limit,
    ("Query", "repository"): _repository,
    ("Query", "user"): _user,
    ("Query", "viewer"): _viewer,
    ("User", "email"): _email,
    ("User", "organizations"): connections.organizations,
    ("User", "repositories"): connections.repositories,
    ("User", "repositoriesContributedTo"): connections.repositories_contributed_to,
    ("User", "socialAccounts"): connections.social_accounts,
    ("User", "starredRepositories"): connections.starred_repositories,
    ("Organization", "repositories"): connections.repositories,
    ("Repository", "discussions"): connections.threads("discussions"),
    ("Repository", "forks"): connections.forks,
    ("Repository", "issues"): connections.threads("issues"),
    ("Repository", "pullRequests"): connections.threads("pull_requests"),
    ("Repository", "repositoryTopics"): connections.repository_topics,
    ("Repository", "stargazers"): connections.stargazers,
    ("Repository", "watchers"): connections.watchers,
    ("Issue", "comments"): connections.comments,
    ("PullRequest", "comments"): connections.comments,
    ("PullRequest", "reviews"): connections.reviews,
    ("Discussion", "comments"): connections.comments,
    **{(name, "author"): _author for name in WRITTEN},
    # These objects have nothing but their only field: a name or a number stands for them.
    ("Language", "name"): _itself,
    ("RepositoryTopic", "topic"): _itself,
    ("Topic", "name"): _itself,
    ("FollowerConnection", "totalCount"): _itself,
    ("FollowingConnection", "totalCount"): _itself,
}
"""Type and field → how it is read, where it is not simply the attribute of that name."""
