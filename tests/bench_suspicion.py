"""How many of planted campaigns are found, what that costs real people, whom they move, and how the time grows.

What belongs here: the rows on suspicion of the table of `bench.py`. The campaigns are `campaigns.py`.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from community_assets.resolution.suspicion import suspicions
from community_assets.variables import suspicion_threshold
from tests.building import SCHEMAS, Built, build, raw_stargazers
from tests.campaigns import AS_OF, CAMPAIGNS, Stargazers, measure, naive, real_people

Row = tuple[str, str, str, str]
TIMES = 3
# Days before now at which a campaign starts: twice in quiet months, at the start of a front page, and after another.
STARTS = (130, 400, 419.9, 75.5)
HEROES = 1_000


def suspect(_folder: Path) -> Iterator[Row]:
    """Recall and false positives of each campaign among 10,000 people; time for 200,000 beside a tenth of them."""
    threshold = suspicion_threshold()
    real = real_people()
    for name, campaign in CAMPAIGNS.items():
        found = bought = suspected = people = 0.0
        for seed, start in enumerate(STARTS):
            community = real.with_others(campaign(seed=seed, start=start))
            judged = suspicions(community.accounts, community.interactions, threshold)
            figures = measure(judged, community.bought)
            bought, people = bought + figures["bought"], people + figures["real"]
            found += round(figures["recall"] * figures["bought"])
            suspected += round(figures["false_positives"] * figures["real"])
        yield (
            f"bought stars found, {name} campaigns; peer: all",
            f"{found:,.0f}",
            f"{bought:,.0f}",
            f"{found / bought:.3f}",
        )
        yield (
            f"real people suspected beside {name} campaigns; peer: all",
            f"{suspected:,.0f}",
            f"{people:,.0f}",
            f"{suspected / people:.4f}",
        )
    ours, floor = (seconds(real_people(count).with_others(naive()), threshold) for count in (200_000, 20_000))
    yield "CPU to judge 200,000 accounts; floor: 20,000", f"{ours:.2f} s", f"{floor:.2f} s", f"{ours / floor:.1f}"


def move(folder: Path) -> Iterator[Row]:
    """How many places the first heroes move at most when a campaign of each kind is added to 10,000 people."""
    observation = {"observed_at": AS_OF, "walk_id": "w1"}
    rows = [{**observation, "repository_id": "engine", "name_with_owner": "engine"}]
    built = build(folder / "built", {"repositories": pa.Table.from_pylist(rows, SCHEMAS["repositories"])})
    real = real_people()
    before = places(built, folder / "real", real)
    heroes = [person for person, rank in before.items() if rank <= HEROES]
    for name, campaign in CAMPAIGNS.items():
        moves = []
        for seed, start in enumerate(STARTS):
            after = places(built, folder / f"{name}{seed}", real.with_others(campaign(seed=seed, start=start)))
            moves.append(max(abs(after[person] - before[person]) for person in heroes))
        what = f"places that one of {HEROES:,} heroes moves at most, {name} campaigns; peer: campaigns"
        yield what, str(max(moves)), str(len(moves)), ""


def places(built: Built, folder: Path, community: Stargazers) -> dict[int, int]:
    """Ranks by GitHub's id of the account."""
    marts = built.rebuilt(folder, raw_stargazers(community))
    query = "select github_id, heroes.rank from heroes join people using (person_id)"
    return {row["github_id"]: row["rank"] for row in marts.rows(query)}


def seconds(community: Stargazers, threshold: float) -> float:
    """Time of the processor, the best of some runs."""
    times = []
    for _ in range(TIMES):
        start = time.process_time()
        suspicions(community.accounts, community.interactions, threshold)
        times.append(time.process_time() - start)
    return min(times)
