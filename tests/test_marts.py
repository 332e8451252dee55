"""The marts of whole communities: a small one worked out by hand, and a large random one whose invariants hold."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import reduce
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from tests import campaigns
from tests.building import SCHEMAS, Built, build, raw_stargazers

AS_OF = datetime(2026, 6, 15, 12, tzinfo=UTC)
KINDS = ["issue", "issue_comment", "pull_request", "pull_request_comment", "review", "discussion", "discussion_comment"]
Records = dict[str, list[dict[str, Any]]]


def tables(records: Records) -> dict[str, pa.Table]:
    """Raw tables of records observed at `AS_OF`."""
    observed = {"observed_at": AS_OF, "walk_id": "w1"}
    return {
        name: pa.Table.from_pylist([{**observed, **record} for record in rows], schema=SCHEMAS[name])
        for name, rows in records.items()
    }


def account(number: int) -> dict[str, Any]:
    return {"user_id": f"U_{number}", "user_database_id": number, "user_login": f"dev{number}"}


def activity(number: int, edge: dict[str, Any]) -> dict[str, Any]:
    """An issue, comment or the like that is a thread of its own."""
    return {**edge, "activity_id": f"A_{number}", "thread_id": f"A_{number}"}


def profile(number: int, **facts: Any) -> dict[str, Any]:
    found = {"is_found": True, "account_type": "User", "login": f"dev{number}"}
    return {"user_id": f"U_{number}", "database_id": number, **found, **facts}


def own_repositories(number: int, stars: list[int]) -> list[dict[str, Any]]:
    return [{"repository_id": f"O_{number}_{i}", "stargazer_count": count} for i, count in enumerate(stars)]


def on(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of every build: dbt parses its project anew for another one."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def built(data: Path) -> Callable[[str, Records], Built]:
    def make(name: str, records: Records) -> Built:
        done = build(data, tables(records))
        kept = done.warehouse.rename(data.parent / f"{name}_{data.name}.duckdb")
        return Built(kept, done.before, done.after)

    return make


# --- Thirty people, a bot and an organization, worked out by hand -----------------------------------------------------

# Who did what: people, kind, target, time; months to the as-of date and weight make the engagement beside it.
DEEDS: list[tuple[range | list[int], str, str, datetime | None]] = [
    (range(1, 11), "star", "R_1", on(5, 20)),  # 1 × 0.9 = 0.9
    ([1, 28, 29, 30], "star", "R_2", on(6, 1)),  # 1; dev1 has 0.9 + 1 = 1.9
    (range(11, 15), "watch", "R_1", None),  # 1
    (range(15, 19), "fork", "R_1", on(4, 10)),  # 2 × 0.9² = 1.62
    ([19, 20], "issue", "R_1", on(6, 2)),  # 2
    ([21], "pull_request", "R_1", on(6, 3)),  # 3, and
    ([21], "pull_request", "R_1", on(3, 3)),  # 3 × 0.9³ = 2.187, together 5.187
    ([22], "issue_comment", "R_1", on(6, 4)),  # 1
    ([23], "pull_request_comment", "R_1", on(6, 4)),  # 2
    ([24], "review", "R_1", on(6, 5)),  # 3
    ([25], "discussion", "R_1", on(6, 6)),  # 2
    ([26], "discussion_comment", "R_1", on(6, 7)),  # 1
    ([27], "contribution", "R_1", None),  # 3, and
    ([27], "contribution", "R_2", None),  # 3, together 6
]
WEIGHTS = {"issue": 2, "issue_comment": 1, "pull_request": 3, "pull_request_comment": 2, "review": 3, "discussion": 2}
WEIGHTS |= {"discussion_comment": 1, "star": 1, "watch": 1, "fork": 2, "contribution": 3}
ENGAGEMENT = {27: 6, 21: 5.187, 24: 3, 19: 2, 20: 2, 23: 2, 25: 2, 1: 1.9}
ENGAGEMENT |= dict.fromkeys(range(15, 19), 1.62) | dict.fromkeys(range(2, 11), 0.9)  # everyone else has 1
# dev1 made a repository this month and a fork last month: 1 + 0.9; dev21 opened two pull requests: 1 + 0.9³.
ACTIVITY = {1: 1.9, 19: 1, 20: 1, 21: 1.729}
OWN_STARS = {29: [11], 30: [4, 3, 3, 1]}
H_INDEX = {29: 1, 30: 3}  # three of dev30's four have at least 3
COMPANIES = {1: "Acme", 2: "Acme", 21: "Acme", 8: "Initech", 9: "Initech", 15: "Hooli"}
COMPANIES |= dict.fromkeys(range(3, 8), "Globex")


RECENT = [("N_1", "2026-06-05T00:00:00Z", False), ("N_2", "2026-05-05T00:00:00Z", True)]


def edges_of(kind: str, time: str | None = None) -> list[dict[str, Any]]:
    """The deeds of a kind as raw edges, with their time in the column of that name."""
    return [
        {**account(n), "repository_id": target} | ({time: at} if time else {})
        for people, deed, target, at in DEEDS
        for n in people
        if deed == kind
    ]


def small_community() -> Records:
    bot = {**account(31), "repository_id": "R_1", "kind": "issue_comment", "happened_at": on(6, 4)}
    organization = {**account(32), "repository_id": "R_1", "created_at": on(4, 10)}
    anonymous = {"repository_id": "R_1", "contributors": 7, "contributions": 7}
    forks = [*edges_of("fork", "created_at"), organization]
    activities = [{**edge, "kind": kind} for kind in KINDS for edge in edges_of(kind, "happened_at")]
    return {
        "repositories": [
            {"repository_id": "R_1", "name_with_owner": "acme/engine", "stargazer_count": 10},
            {"repository_id": "R_2", "name_with_owner": "acme/wheel", "stargazer_count": 4},
        ],
        "stargazers": edges_of("star", "starred_at"),
        "watchers": edges_of("watch"),
        "forks": [{**edge, "fork_id": f"F_{i}"} for i, edge in enumerate(forks)],
        "activities": [activity(i, edge) for i, edge in enumerate([*activities, bot])],
        "contributors": [*({**e, "contributors": 1, "contributions": 9} for e in edges_of("contribution")), anonymous],
        "users": small_profiles(),
    }


def small_profiles() -> list[dict[str, Any]]:
    people = [
        profile(
            n,
            company=COMPANIES.get(n),
            followers_count=n,
            top_repositories=own_repositories(n, OWN_STARS.get(n, [])),
            recent_repositories=[
                {"repository_id": r, "created_at": at, "is_fork": fork} for r, at, fork in RECENT if n == 1
            ],
        )
        for n in range(1, 31)
    ]
    return [
        *people,
        profile(31, login="release-bot", followers_count=99),
        profile(32, account_type="Organization", followers_count=99),
    ]


@pytest.fixture(scope="module")
def small(built: Callable[[str, Records], Built]) -> Built:
    return built("small", small_community())


@pytest.fixture(scope="module")
def heroes(small: Built) -> dict[int, dict[str, Any]]:
    return {row["github_id"]: row for row in small.rows("from heroes join people using (person_id)")}


def pagerank(kinds: set[str]) -> dict[int, float]:
    """Personalised PageRank of the small community by plain power iteration over the whole matrix."""
    weights = np.zeros((33, 33))  # people 1 to 30, the targets as 31 and 32
    for people, kind, target, _ in DEEDS:
        for n in people:
            if kind in kinds:
                weights[n, 30 + int(target[-1])] += WEIGHTS[kind]
    weights += weights.T
    steps = weights / np.maximum(weights.sum(axis=0), 1e-300)
    start = np.zeros(33)
    start[[31, 32]] = 0.5
    rank = start
    for _ in range(500):
        rank = 0.85 * steps @ rank + 0.15 * start
    return {n: round(float(rank[n]), 10) for n in range(1, 31)}


def percentiles(figures: dict[int, float]) -> dict[int, float]:
    """The share of the other 29 people who have strictly less."""
    return {n: sum(other < own for other in figures.values()) / 29 for n, own in figures.items()}


def everyone(figures: dict[int, Any], default: float = 0) -> dict[int, float]:
    return {n: figures.get(n, default) for n in range(1, 31)}


def test_everyone_but_bots_and_organizations_is_ranked(heroes: dict[int, dict[str, Any]]) -> None:
    assert sorted(heroes) == list(range(1, 31))


def test_each_component_is_what_was_worked_out_by_hand(heroes: dict[int, dict[str, Any]]) -> None:
    expected = {
        "reach": {n: log(1 + n) for n in range(1, 31)},
        "activity": everyone(ACTIVITY),
        "engagement": everyone(ENGAGEMENT, 1),
        # h-index + ln(1 + 11) for both who have stars
        "authority": everyone({n: H_INDEX[n] + log(12) for n in OWN_STARS}),
        "network": pagerank(set(WEIGHTS)),
    }
    for component, figures in expected.items():
        assert {n: heroes[n][component] for n in heroes} == pytest.approx(figures, abs=1e-9), component


def test_the_score_is_the_weighted_sum_worked_out_by_hand(heroes: dict[int, dict[str, Any]]) -> None:
    # Nine people have less engagement than 1, eighteen less than 1.62, 22 less than 1.9, 23 less than 2.
    engagement = {27: 29, 21: 28, 24: 27, 19: 23, 20: 23, 23: 23, 25: 23, 1: 22}
    engagement |= dict.fromkeys(range(15, 19), 18) | dict.fromkeys(range(2, 11), 0)
    activity = everyone({1: 29, 21: 28, 19: 26, 20: 26})
    authority = everyone({30: 29, 29: 28})
    network = percentiles(pagerank(set(WEIGHTS)))
    for n, hero in heroes.items():
        shares = 0.20 * (n - 1) + 0.15 * activity[n] + 0.35 * engagement.get(n, 9) + 0.15 * authority[n]
        assert hero["score"] == pytest.approx(100 * (shares / 29 + 0.15 * network[n]), abs=1e-6), n


def test_without_stars_no_star_counts(heroes: dict[int, dict[str, Any]]) -> None:
    # Thirteen people did nothing but give stars; six have 1, four 1.62, four 2, then 3, 5.187 and 6.
    engagement = {27: 29, 21: 28, 24: 27, 19: 23, 20: 23, 23: 23, 25: 23}
    engagement |= dict.fromkeys(range(15, 19), 19) | dict.fromkeys([*range(1, 11), 28, 29, 30], 0)
    activity, authority = everyone({1: 29, 21: 28, 19: 26, 20: 26}), everyone({30: 29, 29: 28})
    network = percentiles(pagerank(set(WEIGHTS) - {"star"}))
    scores = {}
    for n, hero in heroes.items():
        shares = 0.20 * (n - 1) + 0.15 * activity[n] + 0.35 * engagement.get(n, 13) + 0.15 * authority[n]
        scores[n] = 100 * (shares / 29 + 0.15 * network[n])
        assert hero["score_without_stars"] == pytest.approx(scores[n], abs=1e-6), n
    assert len(set(scores.values())) == 30
    best_first = sorted(heroes, key=lambda n: heroes[n]["rank_without_stars"])
    assert best_first == sorted(scores, key=lambda n: -scores[n])


def test_why_tells_the_deeds_of_each_role(heroes: dict[int, dict[str, Any]]) -> None:
    assert {n: heroes[n]["why"] for n in (1, 11, 15, 19, 21, 22, 24, 25, 27, 30)} == {
        1: "Gave 2 stars; 1 follower; one of 3 people at Acme.",
        11: "Watches 1 repository; 11 followers.",
        15: "Made 1 fork; 15 followers; at Hooli.",
        19: "Opened 1 issue; 19 followers.",
        21: "Opened 2 pull requests; 21 followers; one of 3 people at Acme.",
        22: "Wrote 1 comment; 22 followers.",
        24: "Wrote 1 review; 24 followers.",
        25: "Started 1 discussion; 25 followers.",
        27: "Contributed to 2 repositories; 27 followers.",
        30: "Gave 1 star; 30 followers; 11 stars on own repositories.",
    }


def test_companies_count_their_roles_newcomers_and_champions(small: Built, heroes: dict[int, dict[str, Any]]) -> None:
    companies = {row["company_name"]: row for row in small.rows("from companies")}
    stages = {name: (row["members"], row["champions"], row["expansion_stage"]) for name, row in companies.items()}
    # ⌈0.1 × 30⌉ = 3: dev21, who opened pull requests, is among the first three.
    assert heroes[21]["rank"] <= 3
    assert stages == {
        "Acme": (3, 1, "champion-led"),
        "Globex": (5, 0, "team"),
        "Hooli": (1, 0, "single user"),
        "Initech": (2, 0, "several"),
    }
    acme = companies["Acme"]
    # dev1 and dev2 came on May 20, 26 days before; dev21 on March 3, 104 days before. 1 + 2 + 21 followers.
    expected = {"stargazers": 2, "pull_request_authors": 1, "new_30_days": 2, "new_90_days": 2, "followers": 24}
    assert {key: acme[key] for key in expected} == expected
    assert (acme["first_seen_at"], acme["last_seen_at"]) == (on(3, 3), on(6, 3))
    # A fork on April 10 is 66 days old.
    hooli = companies["Hooli"]
    assert (hooli["forkers"], hooli["new_30_days"], hooli["new_90_days"]) == (1, 0, 1)


def test_growth_counts_the_weeks_of_each_kind_and_target(small: Built) -> None:
    # The bot's comment is an interaction of June 4; the organization's fork is nobody's.
    rows = small.rows("from growth order by kind, target_id, week")
    counts = {
        (row["kind"], row["target_id"], row["week"].strftime("%m-%d")): (
            row["interactions"],
            row["new_people"],
            row["cumulative_interactions"],
        )
        for row in rows
    }
    assert counts == {
        ("discussion", "R_1", "06-01"): (1, 1, 1),
        ("discussion_comment", "R_1", "06-01"): (1, 1, 1),
        ("fork", "R_1", "04-06"): (4, 4, 4),
        ("issue", "R_1", "06-01"): (2, 2, 2),
        ("issue_comment", "R_1", "06-01"): (2, 2, 2),
        ("pull_request", "R_1", "03-02"): (1, 1, 1),
        ("pull_request", "R_1", "06-01"): (1, 0, 2),
        ("pull_request_comment", "R_1", "06-01"): (1, 1, 1),
        ("review", "R_1", "06-01"): (1, 1, 1),
        ("star", "R_1", "05-18"): (10, 10, 10),
        ("star", "R_2", "06-01"): (4, 3, 4),
    }


def test_every_kind_is_counted_at_its_target(small: Built) -> None:
    rows = small.rows("select kind, target_name, count(*) as n from interactions group by all")
    counts = {(row["kind"], row["target_name"]): row["n"] for row in rows}
    assert counts[("star", "acme/engine")] == 10
    assert counts[("star", "acme/wheel")] == 4
    assert {kind: sum(n for (k, _), n in counts.items() if k == kind) for kind in WEIGHTS} == {
        **dict.fromkeys(["pull_request_comment", "review", "discussion", "discussion_comment"], 1),
        **dict.fromkeys(["issue", "pull_request", "issue_comment", "contribution"], 2),
        "watch": 4,
        "fork": 4,
        "star": 14,
    }


# --- A year of loads, in which people come, go and move -------------------------------------------------------------


def observed(month: int, record: dict[str, Any]) -> dict[str, Any]:
    """A record as the load of the 15th of a month observed it."""
    return {**record, "observed_at": on(month, 15), "walk_id": f"w{month}"}


def whole_walk(month: int, of: str, repository: str = "R_1", is_whole: bool = True) -> dict[str, Any]:
    """A walk of a list that began an hour before the load of a month observed anything on it."""
    times = {"started_at": on(month, 15) - timedelta(hours=1), "observed_at": on(month, 15) + timedelta(hours=1)}
    return {
        "repository_id": repository,
        "list": of,
        "is_whole": is_whole,
        "records": 0,
        "walk_id": f"w{month}",
        **times,
    }


def year() -> Records:
    """dev1 stays; dev2 takes back star, watch and fork; dev3's star comes back; dev4 is told by an event alone."""
    star, event = {"repository_id": "R_1", "starred_at": on(1, 10)}, {"repository_id": "R_2", "starred_at": on(2, 11)}
    edge = {"repository_id": "R_1"}
    return {
        "repositories": [
            {"repository_id": "R_1", "name_with_owner": "acme/engine", "star_tier": "listed", "stargazer_count": 2},
            {"repository_id": "R_2", "name_with_owner": "acme/wheel", "star_tier": "events", "stargazer_count": 9},
        ],
        "stargazers": [
            *(observed(month, {**star, **account(1)}) for month in (2, 3, 4)),
            observed(2, {**star, **account(2)}),
            observed(2, {**star, **account(3)}),
            observed(4, {**star, **account(3), "starred_at": on(4, 1)}),
        ],
        "star_events": [observed(3, {**event, **account(4), "event_id": "E_4"})],
        "star_history": [
            {
                "repository_id": "R_2",
                "week": on(2, 8) - timedelta(hours=5),
                "stars": 6,
                "stars_by_day": [0, 1, 5, 0, 0, 0, 0],
            },
            {
                "repository_id": "R_2",
                "week": on(2, 15) - timedelta(hours=5),
                "stars": 3,
                "stars_by_day": [1, 0, 0, 2, 0, 0, 0],
            },
        ],
        "watchers": [observed(2, {**edge, **account(2)})],
        "forks": [observed(2, {**edge, **account(2), "fork_id": "F_2", "created_at": on(1, 11)})],
        "walks": [
            *(whole_walk(month, "stargazers") for month in (2, 3, 4)),
            whole_walk(3, "watchers"),
            whole_walk(3, "forks"),
            whole_walk(4, "stargazers", "R_2", is_whole=False),
        ],
        "users": [
            *(observed(2, profile(n, company="Acme", location="Paris, France")) for n in (1, 2, 4)),
            observed(2, profile(3, company="Acme", location="Berlin", followers_count=3)),
            observed(3, profile(3, company="Acme", location="Berlin", followers_count=5)),
            observed(4, profile(3, company="Globex", location="Lisbon", followers_count=5)),
            observed(4, {"user_id": "U_4", "is_found": False}),
        ],
    }


@pytest.fixture(scope="module")
def history(built: Callable[[str, Records], Built]) -> Built:
    return built("history", year())


def test_what_was_taken_back_stays_with_its_end_and_what_came_back_is_in_place(history: Built) -> None:
    rows = history.rows("select github_id, kind, target_id, ended_at from interactions join people using (person_id)")
    assert {(row["github_id"], row["kind"], row["target_id"]): row["ended_at"] for row in rows} == {
        (1, "star", "R_1"): None,
        **{(2, kind, "R_1"): on(3, 15) + timedelta(hours=1) for kind in ("star", "watch", "fork")},
        (3, "star", "R_1"): None,
        (4, "star", "R_2"): None,
    }


def test_what_was_taken_back_counts_nowhere_as_present(history: Built) -> None:
    (left,) = history.rows("from heroes join people using (person_id) where github_id = 2")
    assert (left["interactions"], left["engagement"], left["network"], left["has_left"]) == (0, 0, 0, True)
    assert left["why"] == "Took back every star, watch and fork."
    companies = history.rows("select company_name, members, stargazers, watchers, forkers from companies order by all")
    assert [tuple(row.values()) for row in companies] == [("Acme", 1, 1, 0, 0), ("Globex", 1, 1, 0, 0)]
    assert history.rows("select country_code, people from countries where country_code = 'FR'")[0]["people"] == 1
    roles = history.rows("select username, user_interaction from ghrr order by all")
    assert [tuple(row.values()) for row in roles] == [("dev1", "stargazer"), ("dev3", "stargazer")]
    assert history.rows("select sum(interactions) as n from growth where target_id = 'R_1'") == [{"n": 2}]
    ((refreshed),) = history.rows("select seen, expected from refreshes where source = 'github'")
    assert refreshed == {"seen": 3, "expected": 11}


def test_coverage_knows_tier_and_ended_stars(history: Built) -> None:
    rows = history.rows("select tier, expected, seen, ended, from_at from star_coverage order by repository_id")
    assert [tuple(row.values()) for row in rows] == [("listed", 2, 2, 1, on(1, 10)), ("events", 9, 1, 0, on(2, 11))]


def test_growth_of_a_closed_list_is_githubs(history: Built) -> None:
    rows = history.rows(
        "select week, interactions, new_people, counted_by from growth where target_id = 'R_2' order by 1"
    )
    assert [(row["week"].strftime("%m-%d"), *list(row.values())[1:]) for row in rows] == [
        ("02-09", 7, 1, "star_history"),
        ("02-16", 2, None, "star_history"),
    ]


def test_history_tells_where_people_worked_and_lived(history: Built) -> None:
    columns = (
        "github_login, company_name, country_code, city, valid_from, valid_to, followers_at_start, followers_at_end"
    )
    rows = history.rows(f"select {columns} from people_history where github_login in ('dev3', 'dev4') order by 1, 5")
    assert [tuple(row.values()) for row in rows] == [
        ("dev3", "Acme", "DE", "Berlin", on(2, 15), on(4, 15), 3, 5),
        ("dev3", "Globex", "PT", "Lisbon", on(4, 15), None, 5, 5),
        ("dev4", "Acme", "FR", "Paris", on(2, 15), on(4, 15), None, None),
    ]
    followers = history.rows("select observed_on, followers from followers_history order by 1")
    assert [(row["observed_on"].strftime("%m-%d"), row["followers"]) for row in followers] == [
        ("02-15", 3),
        ("03-15", 5),
    ]


# --- Twenty thousand people at random ---------------------------------------------------------------------------------

PEOPLE = 20_000


class Crowd:
    """Records of people drawn at random, skewed as communities are: few do much."""

    def __init__(self, people: int, seed: int) -> None:
        self.people = people
        self.random = np.random.default_rng(seed)

    def moments(self, count: int) -> list[datetime]:
        return [AS_OF - timedelta(seconds=s) for s in self.random.integers(0, 4 * 365 * 86400, count).tolist()]

    def edges(self, count: int, time: str | None = None) -> list[dict[str, Any]]:
        """Edges of about `count` distinct pairs of account and repository."""
        numbers = (self.random.random(count) ** 2 * self.people).astype(int) + 1
        pairs = sorted(set(zip(numbers.tolist(), self.random.integers(0, 4, count).tolist(), strict=True)))
        return [
            {**account(n), "repository_id": f"R_{target}"} | ({time: at} if time else {})
            for (n, target), at in zip(pairs, self.moments(len(pairs)), strict=True)
        ]

    def profile(self, number: int) -> dict[str, Any]:
        stars = self.random.pareto(1, self.random.integers(0, 6)).astype(int).tolist()
        own = own_repositories(number, stars)
        times = [at.isoformat() for at in self.moments(len(own))]
        return profile(
            number,
            account_type="Organization" if number % 700 == 0 else "User",
            login=f"dev{number}-bot" if number % 500 == 0 else f"dev{number}",
            company=f"Company {int(self.random.pareto(0.7))}" if number % 3 == 0 else None,
            followers_count=int(self.random.pareto(0.8)),
            top_repositories=own,
            recent_repositories=[
                {"repository_id": repository["repository_id"], "created_at": at, "is_fork": False}
                for repository, at in zip(own, times, strict=True)
            ],
        )

    def records(self) -> Records:
        activities = [{**edge, "kind": kind} for kind in KINDS for edge in self.edges(self.people // 14, "happened_at")]
        return {
            "repositories": [{"repository_id": f"R_{n}", "name_with_owner": f"acme/project-{n}"} for n in range(4)],
            "stargazers": self.edges(self.people, "starred_at"),
            "watchers": self.edges(self.people // 20),
            "forks": [{**e, "fork_id": f"F_{i}"} for i, e in enumerate(self.edges(self.people // 10, "created_at"))],
            "activities": [activity(i, edge) for i, edge in enumerate(activities)],
            "contributors": [{**e, "contributors": 1, "contributions": 3} for e in self.edges(self.people // 50)],
            # One in a hundred has no profile yet.
            "users": [self.profile(n) for n in range(1, self.people + 1) if n % 100],
        }


@pytest.fixture(scope="module")
def crowd() -> Records:
    return Crowd(PEOPLE, seed=7).records()


@pytest.fixture(scope="module")
def large(built: Callable[[str, Records], Built], crowd: Records) -> Built:
    """The random community; its build runs every data test."""
    return built("large", crowd)


def test_the_invariants_hold_for_a_large_community(large: Built) -> None:
    ((counts),) = large.rows(
        """
        select
            (select count(*) from heroes) as heroes,
            (select count(distinct kind) from interactions) as kinds,
            (select count(distinct expansion_stage) from companies) as stages,
            (select count(*) from companies where champions > 0) as led
        """
    )
    assert counts["heroes"] > 0.9 * PEOPLE
    assert (counts["kinds"], counts["stages"]) == (11, 4)
    assert counts["led"] > 10


def test_the_order_of_raw_rows_is_of_no_consequence(large: Built, crowd: Records, tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    shuffled = {name: [records[i] for i in random.permutation(len(records))] for name, records in crowd.items()}
    again = large.rebuilt(tmp_path, tables(shuffled))
    for mart in ("heroes", "companies", "growth"):
        query = f"from {mart} order by all"
        assert pl.DataFrame(again.rows(query)).equals(pl.DataFrame(large.rows(query))), mart


def changed(crowd: Records, number: int, **facts: Any) -> Records:
    """The same community, but for some facts of one profile."""
    return {**crowd, "users": [{**u, **facts} if u["database_id"] == number else u for u in crowd["users"]]}


def more_followers(crowd: Records, number: int) -> Records:
    return changed(crowd, number, followers_count=1_000_000)


def more_stars_on_own_repositories(crowd: Records, number: int) -> Records:
    return changed(crowd, number, top_repositories=own_repositories(number, [1_000_000] * 30))


def one_more_pull_request(crowd: Records, number: int) -> Records:
    deed = {**account(number), "repository_id": "R_0", "kind": "pull_request", "happened_at": AS_OF}
    return {**crowd, "activities": [*crowd["activities"], activity(len(crowd["activities"]), deed)]}


@pytest.mark.parametrize("change", [more_followers, one_more_pull_request, more_stars_on_own_repositories])
def test_more_of_anything_never_lowers_the_score(
    large: Built, crowd: Records, tmp_path: Path, change: Callable[[Records, int], Records]
) -> None:
    number = 12_345
    query = f"select score, score_without_stars from heroes join people using (person_id) where github_id = {number}"
    (before,) = large.rows(query)
    (after,) = large.rebuilt(tmp_path, tables(change(crowd, number))).rows(query)
    assert after["score"] > before["score"]
    assert after["score_without_stars"] > before["score_without_stars"]


def test_taking_back_a_star_lowers_nobody_else(large: Built, crowd: Records, tmp_path: Path) -> None:
    query = "select person_id, reach, activity, engagement, authority, {} from heroes order by person_id".format(
        ", ".join(f"{component}_percentile" for component in ("reach", "activity", "engagement", "authority"))
    )
    leaver = crowd["stargazers"][1_000]
    end = {"list": "stargazers", "is_whole": True, "records": 0, "repository_id": leaver["repository_id"]}
    others = [star for star in crowd["stargazers"] if star is not leaver]
    walked = {
        **crowd,
        "stargazers": [{**leaver, "observed_at": AS_OF - timedelta(days=9)}, *others],
        "walks": [{**end, "started_at": AS_OF - timedelta(hours=1)}],
    }
    before = pl.DataFrame(large.rows(query))
    after = pl.DataFrame(large.rebuilt(tmp_path, tables(walked)).rows(query))
    assert after["person_id"].equals(before["person_id"])
    figures = pl.exclude("person_id")
    changes = after.select(figures) - before.select(figures)
    lowered = after.filter(changes.min_horizontal() < 0)["person_id"].to_list()
    ((person,),) = [
        tuple(row.values())
        for row in large.rows(f"select person_id from people where github_id = {leaver['user_database_id']}")
    ]
    assert lowered == [person]


def test_the_open_period_is_what_people_say(large: Built) -> None:
    different = large.rows(
        """
        select people.person_id
        from people left join people_history as history on people.person_id = history.person_id and valid_to is null
        where
            (history.company, history.followers_at_end) is distinct from (people.company, people.followers)
        """
    )
    assert different == []


# --- Ten thousand stargazers, and three hundred bought stars ----------------------------------------------------------


def test_bought_stars_move_no_hero_by_more_than_one_place(small: Built, tmp_path: Path) -> None:
    """Campaigns of every kind at once, most of the aged one not found: heroes are the first thousand here."""
    real = campaigns.real_people()
    sold = [campaigns.naive(), campaigns.aged(start=400, first=2_000_001), campaigns.slow(start=700, first=3_000_001)]
    bought = reduce(campaigns.Stargazers.with_others, sold)
    query = "select github_id, heroes.rank from heroes join people using (person_id) where heroes.rank <= {}"
    without, with_campaigns = (
        small.rebuilt(tmp_path / name, raw_stargazers(community))
        for name, community in (("a", real), ("b", real.with_others(bought)))
    )
    places = {row["github_id"]: row["rank"] for row in with_campaigns.rows(query.format(1_100))}
    heroes = without.rows(query.format(1_000))
    assert len(heroes) == 1_000
    assert max(abs(places[hero["github_id"]] - hero["rank"]) for hero in heroes) <= 1
    ((counts),) = with_campaigns.rows(
        """
        select
            (select count(*) from people) as people,
            (select count(*) from people where is_suspicious) as suspicious,
            (select count(*) from people where is_suspicious and github_id between 1000001 and 1000300) as naive,
            (select count(*) from heroes) as heroes,
            (select sum(seen) from star_coverage) as stars,
            (select sum(suspicious) from star_coverage) as suspicious_stars,
            (select sum(suspicious_interactions) from growth where kind = 'star') as suspicious_in_weeks
        """
    )
    assert counts["people"] == counts["heroes"] + counts["suspicious"] == 10_900
    assert counts["naive"] >= 0.9 * 300
    assert counts["suspicious"] <= 800  # the others are ranked, and move nobody
    assert counts["suspicious_stars"] == counts["suspicious_in_weeks"] >= counts["suspicious"]
    assert counts["stars"] > 10_900
    assert without.rows("select count(*) as n from suspicious_people") == [{"n": 0}]
