"""Stargazers as they come to repositories over the years, and bought ones among them.

What belongs here: communities whose bought stars are known, to measure detection with. It knows nothing of the
detector: real people are drawn by what is known of GitHub's (many never fill in a profile, most have hardly a follower,
many come on one day with a front page), campaigns by what sellers are known to do.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import polars as pl

AS_OF = datetime(2026, 6, 15, 12, tzinfo=UTC)
YEARS = 4
DAY = 86_400
FIRST_BOUGHT = 1_000_001
REPOSITORIES = ["engine", "wheel", "docs", "examples"]
# The largest of the honest crowds, such as a front page brings: days before now, and people.
FRONT_PAGES = [(900, 350), (420, 900), (418, 150), (75, 500)]
# A course whose students sign up to star: new, empty, at one hour. They are real.
COURSE = (200, 18)


@dataclass(frozen=True)
class Stargazers:
    """Accounts and interactions as the warehouse has them, and which accounts were bought."""

    accounts: pl.DataFrame
    interactions: pl.DataFrame
    bought: set[str]

    def with_others(self, others: "Stargazers") -> "Stargazers":
        return Stargazers(
            pl.concat([self.accounts, others.accounts]),
            pl.concat([self.interactions, others.interactions]),
            self.bought | others.bought,
        )


def seconds_ago(seconds: np.ndarray) -> pl.Series:
    """Times before now, by whole seconds."""
    now = int(AS_OF.timestamp())
    return pl.Series(pl.from_epoch(pl.Series(now - seconds.astype(np.int64)), "s").dt.replace_time_zone("UTC"))


def perhaps(random: np.random.Generator, chances: np.ndarray | float, text: str, count: int) -> list[str | None]:
    """A text for some of them, one of forty."""
    return [f"{text} {i % 40}" if does else None for i, does in enumerate(random.random(count) < chances)]


def accounts(random: np.random.Generator, first: int, created: np.ndarray, known: np.ndarray) -> pl.DataFrame:
    """Profiles: `known` is how much somebody shows of themselves, 0 to 1, `created` seconds before now."""
    n = len(created)
    age = created / (365 * DAY)
    followers = np.floor(random.lognormal(-0.8 + 2.2 * known + 0.08 * age, 1.3, n))
    repositories = np.floor(random.lognormal(-0.6 + 2.4 * known + 0.1 * age, 1.1, n))
    stars = np.where(repositories > 0, np.floor(random.lognormal(-1.5 + 2.5 * known, 1.8, n)), 0)
    ids = np.arange(first, first + n)
    return pl.DataFrame(
        {
            "platform": ["github"] * n,
            "account_id": ids.astype(str),
            "login": [f"dev{i}" for i in ids],
            "account_type": ["User"] * n,
            "is_found": [True] * n,
            "created_at": seconds_ago(created),
            "name": perhaps(random, 0.25 + 0.7 * known, "Name", n),
            "company": perhaps(random, 0.6 * known, "Company", n),
            "location": perhaps(random, 0.05 + 0.75 * known, "City", n),
            "email": perhaps(random, 0.35 * known, "mail", n),
            "bio": perhaps(random, 0.03 + 0.6 * known, "Bio", n),
            "website_url": perhaps(random, 0.5 * known, "https://site", n),
            "twitter_username": perhaps(random, 0.3 * known, "handle", n),
            "followers": followers.astype(np.int64),
            "following": np.floor(random.lognormal(-0.3 + 1.8 * known, 1.4, n)).astype(np.int64),
            "public_repos": repositories.astype(np.int64),
            "own_repo_stars": stars.astype(np.int64),
        }
    )


def interactions(numbers: np.ndarray, kind: str, target: np.ndarray | list[str], at: np.ndarray) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "platform": ["github"] * len(numbers),
            "account_id": numbers.astype(str),
            "kind": [kind] * len(numbers),
            "target_id": list(target),
            "happened_at": seconds_ago(at),
        }
    )


def real_people(
    count: int = 10_000,
    seed: int = 1,
    lurkers: float = 0.2,
    front_pages: Sequence[tuple[float, int]] = tuple(FRONT_PAGES),
    course: tuple[float, int] | None = COURSE,
) -> Stargazers:
    """Real stargazers over four years: steady growth, nights and weekends, front pages, a course, contributors.

    Lurkers have an account to look at things, and never filled in anything.
    """
    random = np.random.default_rng(seed)
    arrived = _arrivals(random, count)
    # People of a front page know less of us: they are newer and show a little less of themselves.
    in_crowd = np.zeros(count, dtype=bool)
    place = 0
    for days, crowd in front_pages:
        people = slice(place, place := place + crowd)
        arrived[people] = np.clip(days * DAY - random.exponential(0.7 * DAY, crowd), 0, None)
        in_crowd[people] = True
    known = random.beta(1.3, 1.6, count)
    known[in_crowd] *= random.uniform(0.7, 1, in_crowd.sum())
    age = random.gamma(1.6, 3.2 * 365 * DAY, count)
    signed_up_for_us = random.random(count) < np.where(in_crowd, 0.05, 0.035)
    age = np.where(signed_up_for_us, random.exponential(0.5 * 3_600, count), age)
    known = np.where(age < 90 * DAY, known * random.uniform(0, 0.5, count), known)
    if course:
        days, students = course
        people = slice(place, place + students)
        arrived[people] = days * DAY - random.uniform(0, 3_600, students)
        age[people], known[people] = random.uniform(600, 3_600, students), 0
    lurks = random.random(count) < lurkers * np.where(in_crowd, 1.3, 1)
    profiles = accounts(random, 1, arrived + age, np.where(lurks, 0, known))
    return Stargazers(_bare(profiles, pl.Series(lurks)), _deeds(random, arrived, known), set())


def _bare(profiles: pl.DataFrame, lurks: pl.Series) -> pl.DataFrame:
    return profiles.with_columns(
        *(pl.when(~lurks).then(fact).alias(fact) for fact in ("name", "location", "bio")),
        *(
            pl.when(lurks).then(pl.col(number) // 3).otherwise(number).alias(number)
            for number in ("followers", "following", "public_repos")
        ),
    )


def _arrivals(random: np.random.Generator, count: int) -> np.ndarray:
    """Seconds before now: more each year, fewer at weekends and at night."""
    span = YEARS * 365 * DAY
    drawn = span * (1 - random.random(count * 4) ** 0.6)
    moments = drawn + AS_OF.timestamp() % DAY
    busy = np.where((moments // DAY) % 7 < 2, 0.5, 0.8) * (1 + 0.3 * np.sin(moments / DAY * 2 * np.pi))
    return random.permutation(drawn[random.random(len(drawn)) < busy])[:count]


def _deeds(random: np.random.Generator, arrived: np.ndarray, known: np.ndarray) -> pl.DataFrame:
    count = len(arrived)
    numbers = np.arange(1, count + 1)
    places = random.choice(4, count, p=[0.7, 0.15, 0.1, 0.05])
    targets, others = np.array(REPOSITORIES)[places], np.array(REPOSITORIES)[(places + 1) % 4]
    deeds = [interactions(numbers, "star", targets, arrived)]
    again = random.random(count) < 0.12
    later = np.clip(arrived - random.exponential(40 * DAY, count) * (random.random(count) < 0.6), 0, None)
    deeds.append(interactions(numbers[again], "star", others[again], later[again]))
    for kind, share, most in (
        ("fork", 0.07, 1),
        ("issue", 0.05, 4),
        ("issue_comment", 0.05, 9),
        ("pull_request", 0.04, 12),
    ):
        doers = random.random(count) < share * (0.3 + 1.4 * known)
        times = np.where(doers, 1 + random.geometric(1 / most, count) * (most > 1), 0)
        who = np.repeat(numbers, times)
        when = np.repeat(arrived, times) * random.random(len(who))
        deeds.append(interactions(who, kind, np.repeat(targets, times), when))
    return pl.concat(deeds).unique(maintain_order=True)


def naive(count: int = 300, seed: int = 2, start: float = 130, first: int = FIRST_BOUGHT) -> Stargazers:
    """Made by a script within three days, empty, and all delivered within two days."""
    random = np.random.default_rng(seed)
    starred = start * DAY - random.uniform(0, 2 * DAY, count)
    created = np.maximum(start * DAY + random.uniform(0, 3 * DAY, count), starred + 60)
    return _campaign(random, first, starred, created, known=np.zeros(count), names=0.1)


def aged(count: int = 300, seed: int = 3, start: float = 130, first: int = FIRST_BOUGHT) -> Stargazers:
    """Accounts of years ago, made in batches, half of them with a name, some with a repository; within three days."""
    random = np.random.default_rng(seed)
    batches = random.uniform(300, 2_500, 12) * DAY
    created = random.choice(batches, count) + random.uniform(0, 2 * DAY, count) + start * DAY
    starred = start * DAY - random.uniform(0, 3 * DAY, count)
    return _campaign(random, first, starred, created, known=random.uniform(0, 0.15, count), names=0.5)


def slow(count: int = 300, seed: int = 4, start: float = 130, first: int = FIRST_BOUGHT) -> Stargazers:
    """Empty accounts, made in batches a few weeks before; three or four stars a day over three months."""
    random = np.random.default_rng(seed)
    starred = start * DAY - random.uniform(0, 90 * DAY, count)
    batches = starred + random.uniform(1, 20, count) * DAY
    created = np.floor(batches / (7 * DAY)) * 7 * DAY + random.uniform(0, DAY, count)
    return _campaign(random, first, starred, np.maximum(created, starred + 60), known=np.zeros(count), names=0.2)


CAMPAIGNS: dict[str, Callable[..., Stargazers]] = {"naive": naive, "aged": aged, "slow": slow}


def _campaign(
    random: np.random.Generator, first: int, starred: np.ndarray, created: np.ndarray, known: np.ndarray, names: float
) -> Stargazers:
    count = len(starred)
    bought = accounts(random, first, created, known).with_columns(
        pl.Series("name", perhaps(random, names, "Name", count), dtype=pl.String),
        *(pl.lit(None, pl.String).alias(fact) for fact in ("company", "email", "website_url", "twitter_username")),
        pl.Series("bio", perhaps(random, 0.3 * names**2, "Bio", count), dtype=pl.String),
        pl.Series("location", perhaps(random, 0.2 * names, "City", count), dtype=pl.String),
        pl.Series("followers", random.poisson(0.1 + 2 * names**2, count)),
        pl.Series("following", random.poisson(0.2 + 2 * names**2, count)),
        pl.Series("public_repos", random.poisson(0.05 + 2 * names**2, count)),
        own_repo_stars=pl.lit(0, pl.Int64),
    )
    numbers = np.arange(first, first + count)
    return Stargazers(bought, interactions(numbers, "star", ["engine"] * count, starred), set(bought["account_id"]))


def measure(judged: pl.DataFrame, bought: set[str]) -> dict[str, float]:
    """How many of the bought accounts are suspicious, and which share of all others."""
    found = judged.select("is_suspicious", is_bought=pl.col("account_id").is_in(sorted(bought)))
    others, ours = found.filter(~pl.col("is_bought")), found.filter("is_bought")
    return {
        "bought": ours.height,
        "real": others.height,
        "recall": ours.filter("is_suspicious").height / max(ours.height, 1),
        "false_positives": others.filter("is_suspicious").height / max(others.height, 1),
    }
