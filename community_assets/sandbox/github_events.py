"""The feed of public events of a repository, as GitHub's REST API shows it.

What belongs here: which events there were, newest first, and the shape of each kind. Events are never taken back: a
star that is gone and an account that is gone still show. Pages and the path are `github_rest.py`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha1
from heapq import nlargest
from zlib import crc32

from community_assets.sandbox.community import Community
from community_assets.sandbox.entities import Account, Project, Repository, timestamp
from community_assets.sandbox.github_rest_shapes import Json, repository_json, simple_account_json
from community_assets.sandbox.threads import Issue, Post, PullRequest, Review, Thread

MOST_EVENTS = 300
POLL = {"X-Poll-Interval": "60"}
_FIRST_DAY = datetime(2008, 1, 1, tzinfo=UTC)
_Payload = Callable[[str], Json]
"""What an event says, given the base URL of the API."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that somebody did at a repository; `what` tells apart what was done in the same second."""

    at: datetime
    type: str
    actor: Account
    what: str
    payload: _Payload

    @property
    def id(self) -> int:
        """Number of the event, the same at every look; later events have greater ones."""
        seconds = int((self.at - _FIRST_DAY).total_seconds())
        return (seconds << 32) + crc32(f"{self.type} {self.actor.id} {self.what}".encode())


def newest_events(community: Community, project: Project) -> list[Event]:
    """Return what the feed of a project shows, newest first; what somebody did of whom nothing is left is not there."""
    return nlargest(MOST_EVENTS, _events(community, project), key=lambda event: (event.at, event.id))


def event_json(event: Event, project: Project, base: str) -> Json:
    """Return an event (`event`)."""
    return {
        "id": str(event.id),
        "type": event.type,
        "actor": _actor_json(event.actor, base),
        "repo": {
            "id": project.database_id,
            "name": project.name_with_owner,
            "url": f"{base}/repos/{project.name_with_owner}",
        },
        "payload": event.payload(base),
        "public": True,
        "created_at": timestamp(event.at),
        "org": _actor_json(project.owner, base),
    }


def _events(community: Community, project: Project) -> Iterator[Event]:
    for star in [*project.stars, *project.former_stars]:
        if actor := community.listed(star.user_id):
            yield Event(star.starred_at, "WatchEvent", actor, timestamp(star.starred_at), lambda _: _STARTED)
    for fork in project.forks:
        yield Event(fork.created_at, "ForkEvent", fork.owner, fork.id, _forked(fork))
    for thread in [*project.issues, *project.pull_requests]:
        type_, payload = _OPENED[type(thread)]
        written = [(thread, type_, payload(thread, project, community))]
        written += [(c, "IssueCommentEvent", _commented(c, thread, project, community)) for c in thread.comments]
        if isinstance(thread, PullRequest):
            reviews = thread.reviews
            written += [(r, "PullRequestReviewEvent", _reviewed(r, thread, project, community)) for r in reviews]
        for post, type_, say in written:
            if actor := community.listed(post.author_id):
                yield Event(post.created_at, type_, actor, post.id, say)


_STARTED: Json = {"action": "started"}


def _forked(fork: Repository) -> _Payload:
    return lambda base: {"action": "forked", "forkee": repository_json(fork, base) | {"public": True}}


def _opened(issue: Thread, project: Project, community: Community) -> _Payload:
    return lambda base: {"action": "opened", "issue": _issue_json(issue, project, community, base)}


def _proposed(pull: Thread, project: Project, _community: Community) -> _Payload:
    return lambda base: {"action": "opened", "number": pull.number, "pull_request": _pull_json(pull, project, base)}


def _commented(comment: Post, thread: Thread, project: Project, community: Community) -> _Payload:
    return lambda base: {
        "action": "created",
        "issue": _issue_json(thread, project, community, base),
        "comment": _comment_json(comment, thread, project, community, base),
    }


def _reviewed(review: Review, pull: PullRequest, project: Project, community: Community) -> _Payload:
    def say(base: str) -> Json:
        shown = _pull_json(pull, project, base)
        page = f"{project.url}/pull/{pull.number}#pullrequestreview-{review.database_id}"
        written = {
            "id": review.database_id,
            "node_id": review.id,
            "user": _user_json(review, community, base),
            "body": "",
            "commit_id": shown["head"]["sha"],
            "submitted_at": timestamp(review.submitted_at),
            "state": review.state.lower(),
            "html_url": page,
            "pull_request_url": shown["url"],
            "_links": {"html": {"href": page}, "pull_request": {"href": shown["url"]}},
            "updated_at": timestamp(review.submitted_at),
        }
        return {"action": "created", "review": written, "pull_request": shown}

    return say


_OPENED: dict[type[Thread], tuple[str, Callable[[Thread, Project, Community], _Payload]]] = {
    Issue: ("IssuesEvent", _opened),
    PullRequest: ("PullRequestEvent", _proposed),
}


def _actor_json(account: Account, base: str) -> Json:
    return {
        "id": account.database_id,
        "login": account.login,
        "display_login": account.login.removesuffix("[bot]"),
        "gravatar_id": "",
        "url": f"{base}/users/{account.login}",
        "avatar_url": account.avatar_url,
    }


def _user_json(post: Post, community: Community, base: str) -> Json | None:
    author = community.listed(post.author_id)
    return simple_account_json(author, base) if author else None


def _issue_json(thread: Thread, project: Project, community: Community, base: str) -> Json:
    url = f"{base}/repos/{project.name_with_owner}/issues/{thread.number}"
    pull = f"{base}/repos/{project.name_with_owner}/pulls/{thread.number}"
    links = {name: f"{url}/{name.removesuffix('_url')}" for name in ("comments_url", "events_url")}
    return {
        "id": thread.database_id,
        "node_id": thread.id,
        "number": thread.number,
        "title": f"{thread.TYPE} {thread.number}",
        "user": _user_json(thread, community, base),
        "url": url,
        "html_url": f"{project.url}/issues/{thread.number}",
        "repository_url": f"{base}/repos/{project.name_with_owner}",
        **links,
        "labels_url": f"{url}/labels{{/name}}",
        "state": "open" if thread.state == "OPEN" else "closed",
        "locked": False,
        "labels": [],
        "assignee": None,
        "milestone": None,
        "comments": len(thread.comments),
        "closed_at": None if thread.state == "OPEN" else timestamp(thread.updated_at),
        "created_at": timestamp(thread.created_at),
        "updated_at": timestamp(thread.updated_at),
        **(
            {"pull_request": dict.fromkeys(("url", "html_url", "diff_url", "patch_url"), pull)}
            if _is_pull(thread)
            else {}
        ),
    }


def _is_pull(thread: Thread) -> bool:
    return isinstance(thread, PullRequest)


def _comment_json(comment: Post, thread: Thread, project: Project, community: Community, base: str) -> Json:
    issues = f"{base}/repos/{project.name_with_owner}/issues"
    return {
        "id": comment.database_id,
        "node_id": comment.id,
        "user": _user_json(comment, community, base),
        "body": "",
        "url": f"{issues}/comments/{comment.database_id}",
        "html_url": f"{project.url}/issues/{thread.number}#issuecomment-{comment.database_id}",
        "issue_url": f"{issues}/{thread.number}",
        "created_at": timestamp(comment.created_at),
        "updated_at": timestamp(comment.created_at),
    }


def _pull_json(pull: Thread, project: Project, base: str) -> Json:
    """Return a pull request in little (`pull-request-minimal`); its branch is one of the project itself here."""
    url = f"{base}/repos/{project.name_with_owner}"
    home = {"id": project.database_id, "url": url, "name": project.name}
    return {
        "id": pull.database_id,
        "number": pull.number,
        "url": f"{url}/pulls/{pull.number}",
        "head": {"ref": f"branch-{pull.number}", "sha": sha1(pull.id.encode()).hexdigest(), "repo": home},
        "base": {"ref": "main", "sha": sha1(project.id.encode()).hexdigest(), "repo": home},
    }
