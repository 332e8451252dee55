"""How many of planted campaigns are found, what that costs real people, and how the time grows.

What belongs here: the rows on suspicion of the table of `bench.py`. The campaigns are `campaigns.py`.
"""

import time
from collections.abc import Iterator
from pathlib import Path

from community_assets.resolution.suspicion import suspicions
from community_assets.variables import suspicion_threshold
from tests.campaigns import CAMPAIGNS, Stargazers, measure, naive, real_people

Row = tuple[str, str, str, str]
TIMES = 3
# Days before now at which a campaign starts: twice in quiet months, at the start of a front page, and after another.
STARTS = (130, 400, 419.9, 75.5)


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


def seconds(community: Stargazers, threshold: float) -> float:
    """Time of the processor, the best of some runs."""
    times = []
    for _ in range(TIMES):
        start = time.process_time()
        suspicions(community.accounts, community.interactions, threshold)
        times.append(time.process_time() - start)
    return min(times)
