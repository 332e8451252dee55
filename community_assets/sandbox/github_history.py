"""The history of a repository's stars: how many of those still in place were given in which week; nobody's name.

What belongs here: weeks and their days. Stars whose time nobody knows are in no week. Source: the description of
`GET /repos/{owner}/{repo}/stargazers/history` that GitHub added to its REST API in 2026.
"""

from collections import Counter
from datetime import datetime

from community_assets.sandbox.entities import Project
from community_assets.sandbox.github_rest_shapes import Json

DAY, WEEK = 86_400, 7 * 86_400
WEEKS_PER_PAGE, MOST_PAGES = 30, 100
_FIRST_SUNDAY = 3 * DAY


def star_history(project: Project, now: float) -> list[Json]:
    """Return a row for every week (`stargazer-history`) from now back to the one in which the repository was made.

    Args:
        project: Whose stars are counted.
        now: Seconds since the epoch; ignored when it is before the latest star.
    """
    days = Counter(_day(star.starred_at) for star in project.stars)
    newest = max(week_of(now), *(week_of(day) for day in days), week_of(project.created_at.timestamp()))
    oldest = min(week_of(project.created_at.timestamp()), *(week_of(day) for day in days), newest)
    return [_row(week, days) for week in range(newest, oldest - WEEK, -WEEK)]


def week_of(seconds: float) -> int:
    """Return when the week of a moment begins: on Sunday, 00:00 UTC, in seconds since the epoch."""
    return int(seconds) - (int(seconds) - _FIRST_SUNDAY) % WEEK


def _day(moment: datetime) -> int:
    return int(moment.timestamp()) // DAY * DAY


def _row(week: int, days: Counter[int]) -> Json:
    counts = [days[week + number * DAY] for number in range(7)]
    return {"week": week, "total": sum(counts), "days": counts}
