"""GitHub's REST API over a community: what each path answers.

What belongs here: lists and the paths that lead to them. Answers are plain data: status, body and headers. The shapes
of records are `github_rest_shapes.py`; HTTP, tokens and limits are `server.py`.
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TypeVar
from urllib.parse import urlencode

from community_assets.sandbox.community import Community
from community_assets.sandbox.entities import Account, Contributor, Project, Repository, Star, User, timestamp
from community_assets.sandbox.github_access import Conditions, contributors_answer, gone_answer, list_refusal
from community_assets.sandbox.github_answers import DOCUMENTATION, PAGINATION_LIMITED, RestAnswer, failure
from community_assets.sandbox.github_events import MOST_EVENTS, POLL, event_json, newest_events
from community_assets.sandbox.github_history import MOST_PAGES, WEEKS_PER_PAGE, star_history
from community_assets.sandbox.github_limits import MOST_PER_PAGE, Budget
from community_assets.sandbox.github_rest_shapes import (
    Json,
    account_json,
    contributor_json,
    organization_json,
    repository_json,
    simple_account_json,
)

STAR_MEDIA_TYPE = re.compile(r"application/vnd\.github\.(v3\.)?star\+json")
DEFAULT_PER_PAGE = 30
T = TypeVar("T")
PART = "(/.+)?"


@dataclass(frozen=True, slots=True)
class RestRequest:
    """What a path's answer depends on; `base` is the URL of the API without a slash at its end."""

    base: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    accept: str = ""


class RestApi:
    """Answers REST requests from a live community."""

    def __init__(
        self,
        community: Community,
        budgets: Mapping[str, Budget],
        conditions: Conditions | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._community = community
        self._budgets = budgets
        self._conditions = conditions or Conditions()
        self._clock = clock
        self._routes: list[tuple[re.Pattern[str], Callable[..., RestAnswer]]] = [
            (re.compile(pattern), answer)
            for pattern, answer in (
                ("/rate_limit", self._rate_limit),
                ("/user", self._viewer),
                ("/user/([0-9]+)", self._account_by_id),
                ("/users/([^/]+)", self._account),
                ("/users/([^/]+)/orgs", self._organizations),
                (f"/repos/([^/]+/[^/]+){PART}", self._repository_by_name),
                (f"/repositories/([0-9]+){PART}", self._repository_by_id),
            )
        ]
        self._parts: dict[str, Callable[[RestRequest, Repository], RestAnswer]] = {
            "/contributors": self._contributors,
            "/events": self._events,
            "/stargazers": self._stargazers,
            "/stargazers/count": self._star_count,
            "/stargazers/history": self._star_history,
            "/subscribers": self._subscribers,
        }

    def answer(self, request: RestRequest) -> RestAnswer:
        """Return the answer to a GET request."""
        if _number(request.query, "page") > self._conditions.most_rest_pages:
            return failure(422, PAGINATION_LIMITED)
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

    def _account_by_id(self, request: RestRequest, database_id: str) -> RestAnswer:
        account = self._community.account_by_id(int(database_id))
        return RestAnswer(200, account_json(account, request.base)) if account else failure(404, "Not Found")

    def _account(self, request: RestRequest, login: str) -> RestAnswer:
        account = self._community.account(login)
        return RestAnswer(200, account_json(account, request.base)) if account else failure(404, "Not Found")

    def _organizations(self, request: RestRequest, login: str) -> RestAnswer:
        """Return a page of the organizations of which somebody is a public member, oldest first."""
        account = self._community.account(login)
        if account is None:
            return failure(404, "Not Found")
        joined = account.organizations if isinstance(account, User) else []
        shown, links = page_of(request, sorted(joined, key=attrgetter("database_id")))
        return RestAnswer(200, [organization_json(organization, request.base) for organization in shown], links)

    def _repository_by_name(self, request: RestRequest, name: str, part: str | None) -> RestAnswer:
        if status := self._conditions.gone_status(name):
            return gone_answer(status)
        repository = self._community.repository(name)
        if repository and repository.name_with_owner.lower() != name.lower():
            query = f"?{urlencode(request.query)}" if request.query else ""
            return moved(f"{request.base}/repositories/{repository.database_id}{part or ''}{query}")
        return self._show(request, repository, part)

    def _repository_by_id(self, request: RestRequest, database_id: str, part: str | None) -> RestAnswer:
        projects = self._community.projects
        found = next((project for project in projects if project.database_id == int(database_id)), None)
        return self._show(request, found, part)

    def _show(self, request: RestRequest, repository: Repository | None, part: str | None) -> RestAnswer:
        if repository is None:
            return failure(404, "Not Found")
        if status := self._conditions.gone_status(repository.name_with_owner):
            return gone_answer(status)
        if part is None:
            return RestAnswer(200, repository_json(repository, request.base))
        show = self._parts.get(part)
        return show(request, repository) if show else failure(404, "Not Found")

    def _star_count(self, _request: RestRequest, repository: Repository) -> RestAnswer:
        return RestAnswer(200, {"count": repository.stargazer_count})

    def _star_history(self, request: RestRequest, repository: Repository) -> RestAnswer:
        """Return a page of weeks, newest first; unlike other lists, this one refuses a page that is too large."""
        page, per_page = (_number(request.query, name) for name in ("page", "per_page"))
        if page > MOST_PAGES or per_page > WEEKS_PER_PAGE:
            return failure(422, "Validation Failed")
        weeks = star_history(repository, self._clock()) if isinstance(repository, Project) else []
        shown, links = page_of(request, weeks)
        return RestAnswer(200, shown, links)

    def _events(self, request: RestRequest, repository: Repository) -> RestAnswer:
        """Return a page of what was done at a repository, newest first, as far back as GitHub shows it."""
        if not self._conditions.events or not isinstance(repository, Project):
            return failure(404, "Not Found")
        page, per_page = _number_and_size(request.query)
        if (page - 1) * per_page >= MOST_EVENTS:
            return failure(422, PAGINATION_LIMITED)
        shown, links = page_of(request, newest_events(self._community, repository))
        return RestAnswer(200, [event_json(event, repository, request.base) for event in shown], links | POLL)

    def _stargazers(self, request: RestRequest, repository: Repository) -> RestAnswer:
        """Return a page of stars, oldest first; an account of which nothing is left shows as null or not at all."""
        if refusal := list_refusal("stargazers", self._conditions.access["stargazers"].rest):
            return refusal
        stars = repository.stars if isinstance(repository, Project) else []
        shown, links = page_of(request, stars)
        rows = [self._star_json(star, request.base) for star in shown]
        if not STAR_MEDIA_TYPE.search(request.accept):
            rows = [row["user"] for row in rows if row["user"]]
        return RestAnswer(200, rows, links)

    def _subscribers(self, request: RestRequest, repository: Repository) -> RestAnswer:
        """Return a page of those who watch a repository."""
        if refusal := list_refusal("watchers", self._conditions.access["watchers"].rest):
            return refusal
        shown, links = page_of(request, repository.watchers if isinstance(repository, Project) else [])
        accounts = [account for user_id in shown if (account := self._listed(user_id))]
        return RestAnswer(200, [simple_account_json(account, request.base) for account in accounts], links)

    def _contributors(self, request: RestRequest, repository: Repository) -> RestAnswer:
        """Return a page of those who have commits, most first; those without an account only with `anon`."""
        if other := contributors_answer(self._conditions):
            return other
        elsewhere = self._community.creators.contributors.get(repository.id, [])
        contributors = repository.contributors if isinstance(repository, Project) else elsewhere
        if isinstance(repository, Project) and not contributors:
            return RestAnswer(204, None)  # an empty repository
        anonymous = request.query.get("anon") in ("1", "true")
        wanted = [c for c in contributors if self._has_account(c) or (anonymous and c.email)]
        shown, links = page_of(request, wanted)
        accounts = [self._community.accounts.get(contributor.user_id or "") for contributor in shown]
        rows = [contributor_json(c, account, request.base) for c, account in zip(shown, accounts, strict=True)]
        return RestAnswer(200, rows, links)

    def _listed(self, user_id: str) -> Account | None:
        return None if user_id in self._conditions.null_edges else self._community.listed(user_id)

    def _has_account(self, contributor: Contributor) -> bool:
        return contributor.user_id in self._community.accounts

    def _star_json(self, star: Star, base: str) -> Json:
        account = self._listed(star.user_id)
        user = simple_account_json(account, base) if account else None
        return {"starred_at": timestamp(star.starred_at), "user": user}


def moved(url: str) -> RestAnswer:
    """Return the answer for a repository that has another name now."""
    body = {"message": "Moved Permanently", "url": url, "documentation_url": DOCUMENTATION}
    return RestAnswer(301, body, {"location": url})


def page_of(request: RestRequest, items: Sequence[T]) -> tuple[Sequence[T], dict[str, str]]:
    """Return the page of a list that is asked for, and its Link header; none if all fits on one page."""
    page, per_page = _number_and_size(request.query)
    last = max(1, -(-len(items) // per_page))
    pages = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
    if page >= last:
        del pages["next"], pages["last"]
    if page == 1:
        del pages["prev"], pages["first"]
    kept = {name: value for name, value in request.query.items() if name not in ("page", "per_page")}
    url = f"{request.base}{request.path}?{urlencode(kept | {'per_page': per_page})}"
    links = ", ".join(f'<{url}&page={number}>; rel="{relation}"' for relation, number in pages.items())
    return items[(page - 1) * per_page : page * per_page], {"link": links} if links else {}


def _number_and_size(query: Mapping[str, str]) -> tuple[int, int]:
    """Return number and size of the page that is asked for; like GitHub, put what makes no sense right."""
    return max(_number(query, "page"), 1), min(_number(query, "per_page") or DEFAULT_PER_PAGE, MOST_PER_PAGE)


def _number(query: Mapping[str, str], name: str) -> int:
    return int(text) if (text := query.get(name, "")).isdecimal() else 0
