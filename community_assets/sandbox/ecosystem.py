"""What people like and do beyond the projects: repositories of others that they star and contribute to, own topics.

What belongs here: the pool of made-up repositories that everybody shares, and tastes. Those who are active at the
projects prefer one language and one topic: the planted fact that an analysis of the ecosystem should find.
"""

from collections import Counter
from collections.abc import Sequence, Set
from datetime import UTC, datetime
from itertools import accumulate
from operator import attrgetter
from random import Random

from community_assets.sandbox import vocabulary as words
from community_assets.sandbox.entities import Organization, OwnStar, Repository, User
from community_assets.sandbox.people import NOW, Registry, between
from community_assets.sandbox.timeline import NEWEST

FAVOURITE_LANGUAGE = "Rust"
FAVOURITE_TOPIC = "observability"
PREFERENCE = 3.6
"""How much likelier active people take to a repository of the favourite language or topic."""
OWN_FAVOURITE_SHARE = 0.07
PER_OWNER = 5
POPULAR, FAVOURITES = 40, 5
"""Repositories of the favourite language, which come behind the most popular ones, lest everybody use it anyway."""
COMMON_LANGUAGES = 4
OLDEST, YOUNGEST = datetime(2010, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)
MOST_STARS = 80_000
COLLECTOR_SHARE = 0.006
COLLECTORS_LIKES = 700
CONTRIBUTOR_SHARE = 0.1
WAYS = [{"COMMIT"}, {"COMMIT", "PULL_REQUEST"}, {"ISSUE"}, {"ISSUE", "PULL_REQUEST"}, {"PULL_REQUEST_REVIEW"}]


def found(registry: Registry, seed: int) -> tuple[list[Organization], list[Repository]]:
    """Return the pool's owners and its repositories, the most popular first."""
    random = Random(f"{seed}:ecosystem")
    owners = [_owner(name, registry) for name in words.ECOSYSTEM_OWNERS]
    seats = random.sample([owner for owner in owners for _ in range(PER_OWNER)], len(owners) * PER_OWNER)
    topics = [words.ECOSYSTEM_TOPICS[number % len(words.ECOSYSTEM_TOPICS)] for number in range(len(seats))]
    random.shuffle(topics)
    favourites = random.sample(range(POPULAR, len(seats)), FAVOURITES)
    pool: list[Repository] = []
    for rank, (owner, topic) in enumerate(zip(seats, topics, strict=True)):
        repository = _repository(owner, topic, registry, random)
        repository.primary_language = FAVOURITE_LANGUAGE if rank in favourites else _other_language(topic, random)
        repository.unlisted_stars = stars = int(MOST_STARS / (rank + 1) * random.uniform(0.6, 1))
        repository.unlisted_forks, repository.unlisted_watchers = stars // 8, stars // 30
        pool.append(repository)
    return owners, pool


def settle_tastes(persons: Sequence[User], active: Set[str], pool: list[Repository], seed: int) -> None:
    """Let everybody star some repositories of the pool and a few contribute there; give own repositories topics.

    Args:
        persons: Who is to do so.
        active: Node ids of those who are active at the projects.
        pool: Repositories, the most popular first.
        seed: Start of the random numbers.
    """
    tastes = {is_active: Taste(pool, is_active) for is_active in (False, True)}
    likes, works, shelves = (Random(f"{seed}:{topic}") for topic in ("likes", "works", "topics"))
    for user in persons:
        is_active = user.id in active
        _star(user, tastes[is_active], likes)
        _contribute(user, tastes[is_active], works, is_active)
        _label(user, is_active, shelves)
    given = Counter(star.repository_id for user in persons for star in user.starred)
    for repository in pool:
        repository.unlisted_stars += given[repository.id]


class Taste:
    """Draws repositories from the pool."""

    def __init__(self, pool: list[Repository], is_active: bool) -> None:
        self._pool = [(repository, repository.id) for repository in pool]
        liked = (PREFERENCE if is_active and _is_favourite(repository) else 1.0 for repository in pool)
        self._weights = list(accumulate(weight / (rank + 12) for rank, weight in enumerate(liked)))

    def choose(self, random: Random, count: int) -> list[tuple[Repository, str]]:
        """Return at most that many distinct repositories, each with its node id."""
        chosen = random.choices(self._pool, cum_weights=self._weights, k=count)
        return list({node_id: (repository, node_id) for repository, node_id in chosen}.values())


def _is_favourite(repository: Repository) -> bool:
    return repository.primary_language == FAVOURITE_LANGUAGE or FAVOURITE_TOPIC in repository.topics


def _owner(name: str, registry: Registry) -> Organization:
    database_id, _ = registry.account()
    return Organization(database_id, registry.login(f"{name}-example"), OLDEST, OLDEST, name=name.capitalize())


def _other_language(topic: str, random: Random) -> str:
    """Return a language; a common one where the topic is favoured, lest a rare one seem so through it."""
    languages = [language for language in words.LANGUAGES if language != FAVOURITE_LANGUAGE]
    languages = languages[:COMMON_LANGUAGES] if topic == FAVOURITE_TOPIC else languages
    return random.choices(languages, [words.LANGUAGES[language] for language in languages])[0]


def _repository(owner: Organization, topic: str, registry: Registry, random: Random) -> Repository:
    created_at = between(OLDEST, YOUNGEST, random.random())
    topics = {topic, *random.sample(words.TOPICS, random.choice((0, 1, 2)))}
    taken = {repository.name for repository in owner.repositories}
    kinds = [kind for kind in words.REPOSITORY_KINDS if f"{topic}-{kind}" not in taken]
    repository = Repository(
        database_id=registry.repository(),
        name=f"{topic}-{random.choice(kinds)}",
        owner=owner,
        created_at=created_at,
        pushed_at=between(created_at, NOW, random.random() ** 0.1),
        topics=sorted(topics),
    )
    owner.repositories.append(repository)
    return repository


def _star(user: User, taste: Taste, random: Random) -> None:
    count = COLLECTORS_LIKES if random.random() < COLLECTOR_SHARE else int(random.lognormvariate(1.7, 1.0))
    for repository, node_id in taste.choose(random, count):
        at = between(max(user.created_at, repository.created_at), NEWEST, random.random())
        user.starred.append(OwnStar(at, node_id))
    user.starred.sort(key=attrgetter("starred_at", "repository_id"))


def _contribute(user: User, taste: Taste, random: Random, is_active: bool) -> None:
    if not is_active and random.random() > CONTRIBUTOR_SHARE:
        return
    for _, node_id in taste.choose(random, int(random.paretovariate(1.1 if is_active else 2)) % 60):
        user.contributed[node_id] = set(random.choice(WAYS))


def _label(user: User, is_active: bool, random: Random) -> None:
    """Give own repositories topics; some of those of active people are about what they favour."""
    for repository in user.repositories:
        if repository.is_fork:
            continue
        topics = {repository.name.partition("-")[0], *random.sample(words.ECOSYSTEM_TOPICS, random.choice((0, 1, 2)))}
        if is_active and random.random() < OWN_FAVOURITE_SHARE:
            repository.primary_language = FAVOURITE_LANGUAGE
        if is_active and random.random() < OWN_FAVOURITE_SHARE:
            topics.add(FAVOURITE_TOPIC)
        repository.topics = sorted(topics) if random.random() < 0.7 or FAVOURITE_TOPIC in topics else []
