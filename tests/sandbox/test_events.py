"""Stars without the list: the feed of events and the history of weeks, which GitHub shows to everybody."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from community_assets.sandbox import Community, Sandbox, serve
from community_assets.sandbox.entities import User, timestamp
from community_assets.sandbox.people import NOW
from tests.sandbox.client import get
from tests.sandbox.shapes import nullable, problems

BEACON = "/repos/beacon-example/beacon"
EVENTS, HISTORY = f"{BEACON}/events", f"{BEACON}/stargazers/history"
PAYLOADS = {
    "WatchEvent": "watch-event",
    "ForkEvent": "fork-event",
    "IssuesEvent": "issues-event",
    "IssueCommentEvent": "issue-comment-event",
    "PullRequestEvent": "pull-request-event",
    "PullRequestReviewEvent": "pull-request-review-event",
}
DAY = 86_400


def follow(sandbox: Sandbox, url: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    while url:
        response = get(sandbox, url)
        rows += response.json()
        url = response.links.get("next", {}).get("url", "").removeprefix(sandbox.api_url)
    return rows


def stars_of(rows: list[dict[str, Any]]) -> list[tuple[int, str]]:
    return [(row["actor"]["id"], row["created_at"]) for row in rows if row["type"] == "WatchEvent"]


def test_every_kind_of_event_has_githubs_shape(components: dict[str, Any], sandbox: Sandbox) -> None:
    rows = follow(sandbox, f"{EVENTS}?per_page=100")
    seen = {row["type"]: row for row in rows}
    assert seen.keys() == PAYLOADS.keys()
    for row in rows:
        # An event's payload fits several of the shapes that the contract allows exactly one of: it is checked alone.
        payload = problems(components, PAYLOADS[row["type"]], row["payload"])
        around = [p for p in problems(components, "event", row) if not p.startswith("$.payload:")]
        assert payload + around == []


def test_the_feed_is_the_newest_300_events_newest_first(sandbox: Sandbox, community: Community) -> None:
    rows = follow(sandbox, f"{EVENTS}?per_page=70")
    assert len(rows) == len({row["id"] for row in rows}) == 300
    assert [row["created_at"] for row in rows] == sorted((row["created_at"] for row in rows), reverse=True)
    assert [int(row["id"]) for row in rows] == sorted((int(row["id"]) for row in rows), reverse=True)
    oldest = rows[-1]["created_at"]
    newer = [s for s in community.projects[0].stars if timestamp(s.starred_at) > oldest and community.listed(s.user_id)]
    shown = [star for star in stars_of(rows) if star[1] > oldest]
    assert sorted(shown) == sorted(
        (account.database_id, timestamp(s.starred_at)) for s in newer if (account := community.listed(s.user_id))
    )
    assert shown


@pytest.mark.parametrize(
    ("query", "status"), [("per_page=100&page=3", 200), ("per_page=100&page=4", 422), ("page=11", 422)]
)
def test_pages_of_events_end_at_300(sandbox: Sandbox, query: str, status: int) -> None:
    answer = get(sandbox, f"{EVENTS}?{query}")
    assert answer.status_code == status
    if status == 422:
        assert "pagination is limited for this resource" in answer.json()["message"]
    else:
        assert answer.headers["X-Poll-Interval"] == "60"
        assert "next" not in answer.links


def test_events_survive_what_became_of_them(small: Community) -> None:
    """A star taken back and an account that is gone still show, under the same id; a new event moves none."""
    project = small.projects[0]
    leaver, fickle, new = [u for u in small.accounts.values() if isinstance(u, User) and u is not small.viewer][:3]
    for minute, user in enumerate((leaver, fickle)):
        small.unstar(project, user)
        small.star(project, user, NOW + timedelta(minutes=minute))
    with serve(small) as sandbox:
        before = get(sandbox, EVENTS).json()[:2]
        small.unstar(project, fickle)
        small.delete_account(leaver)
        small.star(project, new, NOW + timedelta(hours=1))
        after = get(sandbox, EVENTS).json()[:3]
    assert [row["actor"]["login"] for row in before] == [fickle.login, leaver.login]
    assert after[1:] == before
    assert after[0]["actor"]["id"] == new.database_id


def test_a_feed_may_be_switched_off(small: Community) -> None:
    with serve(small) as sandbox:
        sandbox.events = False
        assert get(sandbox, EVENTS).status_code == 404
        assert get(sandbox, f"/repositories/{small.projects[0].database_id}/events").status_code == 404


def test_the_weeks_of_the_history_hold_every_star_still_in_place(small: Community, github_contracts: Path) -> None:
    project = small.projects[0]
    overlay = json.loads((github_contracts / "rest-overlay.2026-stargazers.json").read_text("utf-8"))
    now = datetime(2026, 12, 2, 12, tzinfo=UTC)
    gone = next(u for u in small.accounts.values() if isinstance(u, User) and u.starred)
    small.unstar(project, gone)
    with serve(small, clock=now.timestamp) as sandbox:
        rows = follow(sandbox, f"{HISTORY}?per_page=13")
        by_id = follow(sandbox, f"/repositories/{project.database_id}/stargazers/history")
    components = nullable(overlay["components"])
    assert [problem for row in rows for problem in problems(components, "stargazer-history", row)] == []
    assert rows == by_id
    assert rows[0]["week"] == datetime(2026, 11, 29, tzinfo=UTC).timestamp()
    assert {earlier["week"] - later["week"] for later, earlier in pairwise(rows)} == {-7 * DAY}
    assert rows[-1]["week"] <= project.created_at.timestamp() < rows[-1]["week"] + 7 * DAY
    assert sum(row["total"] for row in rows) == len(project.stars)
    assert all(row["total"] == sum(row["days"]) for row in rows)
    days = {datetime.fromtimestamp(r["week"] + d * DAY, UTC).date(): n for r in rows for d, n in enumerate(r["days"])}
    for star in project.stars:
        assert days[star.starred_at.date()] == sum(s.starred_at.date() == star.starred_at.date() for s in project.stars)


def test_the_history_ends_no_earlier_than_the_latest_star(small: Community) -> None:
    project = small.projects[0]
    with serve(small, clock=lambda: 0.0) as sandbox:
        [newest, *_] = get(sandbox, f"{HISTORY}?per_page=1").json()
    assert newest["week"] <= project.stars[-1].starred_at.timestamp() < newest["week"] + 7 * DAY
    assert newest["total"] > 0


@pytest.mark.parametrize(
    ("query", "status"), [("page=100", 200), ("page=101", 422), ("per_page=30", 200), ("per_page=31", 422)]
)
def test_pages_of_the_history_are_bounded(sandbox: Sandbox, query: str, status: int) -> None:
    assert get(sandbox, f"{HISTORY}?{query}").status_code == status
