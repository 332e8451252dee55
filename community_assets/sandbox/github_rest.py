"""GitHub's REST API over a community: what each path answers.

What belongs here: the shapes of records and lists, and the paths that lead to them. Answers are plain data: status,
body and headers; HTTP, tokens and limits are `server.py`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from community_assets.sandbox.community import Community
from community_assets.sandbox.entities import Account, Organization, Profile, Project, Repository, Star, User, timestamp
from community_assets.sandbox.github_limits import MOST_PER_PAGE, Budget

DOCUMENTATION = "https://docs.github.com/rest"
STAR_MEDIA_TYPE = "application/vnd.github.star+json"
DEFAULT_PER_PAGE = 30
Json = dict[str, Any]

_ACCOUNT_LINKS = {
    "followers_url": "followers",
    "following_url": "following{/other_user}",
    "gists_url": "gists{/gist_id}",
    "starred_url": "starred{/owner}{/repo}",
    "subscriptions_url": "subscriptions",
    "organizations_url": "orgs",
    "repos_url": "repos",
    "events_url": "events{/privacy}",
    "received_events_url": "received_events",
}
_REPOSITORY_LINKS = {
    "archive_url": "{archive_format}{/ref}",
    "assignees_url": "assignees{/user}",
    "blobs_url": "git/blobs{/sha}",
    "branches_url": "branches{/branch}",
    "collaborators_url": "collaborators{/collaborator}",
    "comments_url": "comments{/number}",
    "commits_url": "commits{/sha}",
    "compare_url": "compare/{base}...{head}",
    "contents_url": "contents/{+path}",
    "contributors_url": "contributors",
    "deployments_url": "deployments",
    "downloads_url": "downloads",
    "events_url": "events",
    "forks_url": "forks",
    "git_commits_url": "git/commits{/sha}",
    "git_refs_url": "git/refs{/sha}",
    "git_tags_url": "git/tags{/sha}",
    "hooks_url": "hooks",
    "issue_comment_url": "issues/comments{/number}",
    "issue_events_url": "issues/events{/number}",
    "issues_url": "issues{/number}",
    "keys_url": "keys{/key_id}",
    "labels_url": "labels{/name}",
    "languages_url": "languages",
    "merges_url": "merges",
    "milestones_url": "milestones{/number}",
    "notifications_url": "notifications{?since,all,participating}",
    "pulls_url": "pulls{/number}",
    "releases_url": "releases{/id}",
    "stargazers_url": "stargazers",
    "statuses_url": "statuses/{sha}",
    "subscribers_url": "subscribers",
    "subscription_url": "subscription",
    "tags_url": "tags",
    "teams_url": "teams",
    "trees_url": "git/trees{/sha}",
}


@dataclass(frozen=True, slots=True)
class RestRequest:
    """What a path's answer depends on; `base` is the URL of the API without a slash at its end."""

    base: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    accept: str = ""


@dataclass(frozen=True, slots=True)
class RestAnswer:
    """Status, JSON body and headers."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)


class RestApi:
    """Answers REST requests from a live community."""

    def __init__(self, community: Community, budgets: Mapping[str, Budget]) -> None:
        self._community = community
        self._budgets = budgets
        self._routes: list[tuple[re.Pattern[str], Callable[..., RestAnswer]]] = [
            (re.compile(pattern), answer)
            for pattern, answer in (
                ("/rate_limit", self._rate_limit),
                ("/user", self._viewer),
                ("/users/([^/]+)", self._account),
                ("/repos/([^/]+/[^/]+)(/stargazers)?", self._repository_by_name),
                ("/repositories/([0-9]+)(/stargazers)?", self._repository_by_id),
            )
        ]

    def answer(self, request: RestRequest) -> RestAnswer:
        """Return the answer to a GET request."""
        for pattern, answer in self._routes:
            if match := pattern.fullmatch(request.path):
                return answer(request, *match.groups())
        return failure(404, "Not Found")

    def _rate_limit(self, _request: RestRequest) -> RestAnswer:
        resources = {name: budget.state() for name, budget in self._budgets.items()}
        search = {"limit": 30, "used": 0, "remaining": 30, "reset": resources["core"]["reset"]}
        return RestAnswer(200, {"resources": resources | {"search": search}, "rate": resources["core"]})

    def _viewer(self, request: RestRequest) -> RestAnswer:
        return RestAnswer(200, account_json(self._community.viewer, request.base))

    def _account(self, request: RestRequest, login: str) -> RestAnswer:
        account = self._community.account(login)
        return RestAnswer(200, account_json(account, request.base)) if account else failure(404, "Not Found")

    def _repository_by_name(self, request: RestRequest, name: str, list_of: str | None) -> RestAnswer:
        repository = self._community.repository(name)
        if repository and repository.name_with_owner.lower() != name.lower():
            return moved(f"{request.base}/repositories/{repository.database_id}{list_of or ''}")
        return self._show(request, repository, list_of)

    def _repository_by_id(self, request: RestRequest, database_id: str, list_of: str | None) -> RestAnswer:
        projects = self._community.projects
        found = next((project for project in projects if project.database_id == int(database_id)), None)
        return self._show(request, found, list_of)

    def _show(self, request: RestRequest, repository: Repository | None, list_of: str | None) -> RestAnswer:
        if repository is None:
            return failure(404, "Not Found")
        if list_of is None:
            return RestAnswer(200, repository_json(repository, request.base))
        return self._stargazers(request, repository)

    def _stargazers(self, request: RestRequest, repository: Repository) -> RestAnswer:
        """Return a page of stars, oldest first; an account of which nothing is left shows as null or not at all."""
        stars = repository.stars if isinstance(repository, Project) else []
        page, per_page = _page_of(request.query)
        shown = stars[(page - 1) * per_page : page * per_page]
        links = link_header(request, page, per_page, len(stars))
        rows = [self._star_json(star, request.base) for star in shown]
        if STAR_MEDIA_TYPE not in request.accept:
            rows = [row["user"] for row in rows if row["user"]]
        return RestAnswer(200, rows, links)

    def _star_json(self, star: Star, base: str) -> Json:
        account = self._community.listed(star.user_id)
        user = simple_account_json(account, base) if account else None
        return {"starred_at": timestamp(star.starred_at), "user": user}


def failure(status: int, message: str) -> RestAnswer:
    """Return an error in GitHub's form."""
    return RestAnswer(status, {"message": message, "documentation_url": DOCUMENTATION, "status": str(status)})


def moved(url: str) -> RestAnswer:
    """Return the answer for a repository that has another name now."""
    body = {"message": "Moved Permanently", "url": url, "documentation_url": DOCUMENTATION}
    return RestAnswer(301, body, {"location": url})


def link_header(request: RestRequest, page: int, per_page: int, total: int) -> dict[str, str]:
    """Return the Link header of a page, with the relations there are; none if all fits on one page."""
    last = max(1, -(-total // per_page))
    pages = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
    if page >= last:
        del pages["next"], pages["last"]
    if page == 1:
        del pages["prev"], pages["first"]
    url = f'<{request.base}{request.path}?per_page={per_page}&page={{}}>; rel="{{}}"'
    links = ", ".join(url.format(number, relation) for relation, number in pages.items())
    return {"link": links} if links else {}


def simple_account_json(account: Account, base: str) -> Json:
    """Return an account as lists show it (`simple-user`)."""
    url = f"{base}/users/{account.login}"
    return {
        "login": account.login,
        "id": account.database_id,
        "node_id": account.id,
        "avatar_url": account.avatar_url,
        "gravatar_id": "",
        "url": url,
        "html_url": account.url,
        "type": account.TYPE,
        "user_view_type": "public",
        "site_admin": False,
        **{name: f"{url}/{path}" for name, path in _ACCOUNT_LINKS.items()},
    }


def account_json(account: Account, base: str) -> Json:
    """Return an account with its profile (`public-user`)."""
    profile = account if isinstance(account, Profile) else None
    user = account if isinstance(account, User) else None
    return simple_account_json(account, base) | {
        "name": profile and profile.name,
        "company": user and user.company,
        "blog": (profile and profile.website_url) or "",
        "location": profile and profile.location,
        "email": profile and profile.email,
        "hireable": (user and user.is_hireable) or None,
        "bio": user and user.bio,
        "twitter_username": profile and profile.twitter_username,
        "public_repos": len(profile.repositories) if profile else 0,
        "public_gists": 0,
        "followers": user.followers if user else 0,
        "following": user.following if user else 0,
        "created_at": timestamp(account.created_at),
        "updated_at": timestamp(account.updated_at),
    }


def repository_json(repository: Repository, base: str) -> Json:
    """Return a repository with its counts (`full-repository`)."""
    return _repository_identity(repository, base) | _repository_counts(repository) | _repository_features(repository)


def _repository_identity(repository: Repository, base: str) -> Json:
    url = f"{base}/repos/{repository.name_with_owner}"
    owner = simple_account_json(repository.owner, base)
    return {
        "id": repository.database_id,
        "node_id": repository.id,
        "name": repository.name,
        "full_name": repository.name_with_owner,
        "owner": owner,
        **({"organization": owner} if isinstance(repository.owner, Organization) else {}),
        "html_url": repository.url,
        "url": url,
        **{name: f"{url}/{path}" for name, path in _REPOSITORY_LINKS.items()},
        "clone_url": f"{repository.url}.git",
        "git_url": f"git:{repository.url}.git".replace("https:", ""),
        "ssh_url": f"git@github.example:{repository.name_with_owner}.git",
        "svn_url": repository.url,
        "mirror_url": None,
        "homepage": None,
    }


def _repository_counts(repository: Repository) -> Json:
    stars, forks = repository.stargazer_count, repository.fork_count
    return {
        "stargazers_count": stars,
        "watchers_count": stars,  # GitHub's name of old: a watcher is a subscriber here
        "watchers": stars,
        "subscribers_count": repository.watcher_count,
        "forks_count": forks,
        "forks": forks,
        "network_count": forks,
        "open_issues_count": 0,
        "open_issues": 0,
        "size": 0,
    }


def _repository_features(repository: Repository) -> Json:
    return {
        "description": repository.description,
        "language": repository.primary_language,
        "topics": [],
        "fork": repository.is_fork,
        "archived": repository.is_archived,
        "private": False,
        "visibility": "public",
        "disabled": False,
        "default_branch": "main",
        "license": None,
        "has_issues": True,
        "has_projects": False,
        "has_wiki": False,
        "has_pages": False,
        "has_discussions": False,
        "created_at": timestamp(repository.created_at),
        "updated_at": timestamp(repository.pushed_at),
        "pushed_at": timestamp(repository.pushed_at),
    }


def _page_of(query: Mapping[str, str]) -> tuple[int, int]:
    """Return number and size of the page that is asked for; like GitHub, put what makes no sense right."""
    page, per_page = (int(text) if (text := query.get(name, "")).isdecimal() else 0 for name in ("page", "per_page"))
    return max(page, 1), min(per_page or DEFAULT_PER_PAGE, MOST_PER_PAGE)
