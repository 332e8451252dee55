"""When things happen around the projects of a community.

What belongs here: the life of the product, and drawing a moment in it. The day on which communities stand still is
`people.NOW`.
"""

from datetime import UTC, datetime, timedelta
from random import Random

from community_assets.sandbox.people import NOW, between

LAUNCH = datetime(2022, 3, 7, tzinfo=UTC)
RELEASES = [datetime(*day, hour=15, tzinfo=UTC) for day in ((2023, 6, 12), (2024, 10, 1), (2026, 5, 19))]
NEWEST = NOW - timedelta(days=3)
"""Nothing happens afterwards; the youngest account is older."""
WAVE_SHARE = 0.12


def moment(earliest: datetime, random: Random) -> datetime:
    """Return when somebody turned to the product: ever more often, with a wave of attention at each release."""
    drawn = between(earliest, NEWEST, random.random() ** 0.6)
    if random.random() < WAVE_SHARE:
        release = random.choice(RELEASES) + timedelta(days=random.expovariate(1))
        drawn = release if earliest < release < NEWEST else drawn
    return drawn.replace(microsecond=0)


def answer(question: datetime, random: Random, mean_days: float = 6.0) -> datetime:
    """Return when something was answered: mostly soon, seldom after months."""
    wait = timedelta(seconds=1 + int(random.expovariate(1 / (mean_days * 86_400))))
    return min(question + wait, NEWEST)
