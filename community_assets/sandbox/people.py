"""The people of a community, one by one: name, login, profile and own repositories.

What belongs here: everything about an account that does not depend on the other people, but for its login, which is
taken once. Company, place and stars are dealt out in `generation.py`.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from unicodedata import normalize

from mimesis import Person
from mimesis.locales import Locale

from community_assets.sandbox import vocabulary as words
from community_assets.sandbox.entities import Profile, Repository, SocialAccount, User

NOW = datetime(2026, 11, 1, tzinfo=UTC)
"""The day on which every made-up community stands still."""
FIRST_ACCOUNT = datetime(2008, 4, 1, tzinfo=UTC)
YOUNGEST_ACCOUNT = timedelta(days=4)
# GitHub's own ids are far below; the last one made up here still fits the 32-bit integers of GraphQL.
FIRST_DATABASE_ID = 1_500_000_000
LONGEST_LOGIN = 39
MOST_REPOSITORIES = 40
UNKNOWN_LANGUAGES = 25
MOST_FOLLOWERS = 250_000
MOST_STARS = 90_000


class Registry:
    """Hands out what exists once: database ids, logins and dates of registration."""

    def __init__(self, seed: int) -> None:
        self._random = Random(f"{seed}:registry")
        self._seconds: set[int] = set()
        self._logins: set[str] = set()
        self._repositories = FIRST_DATABASE_ID

    def account(self) -> tuple[int, datetime]:
        """Return database id and time of registration of a new account; younger accounts have greater ids."""
        span = (NOW - YOUNGEST_ACCOUNT - FIRST_ACCOUNT).total_seconds()
        second = int(span * self._random.random() ** 0.7)
        while second in self._seconds:
            second += 1
        self._seconds.add(second)
        return FIRST_DATABASE_ID + second, FIRST_ACCOUNT + timedelta(seconds=second)

    def repository(self) -> int:
        """Return the database id of a new repository."""
        self._repositories += 1
        return self._repositories

    def login(self, wish: str) -> str:
        """Return the login, with digits behind it if somebody has it already."""
        login = wish = wish[: LONGEST_LOGIN - 6]
        while login.lower() in self._logins:
            login = f"{wish}{self._random.randrange(10, 100_000)}"
        self._logins.add(login.lower())
        return login


@dataclass(slots=True)
class Character:
    """A person with what the profile does not tell: the country, and the drive that followers and work come from."""

    user: User
    country: str
    drive: float


class Cast:
    """Makes people up, each with the names of a country."""

    def __init__(self, seed: int, registry: Registry) -> None:
        self._registry = registry
        self._random = Random(f"{seed}:people")
        self._countries = [country for country, (_, share) in words.COUNTRIES.items() for _ in range(share)]
        self._names = {
            country: Person(Locale(locale), seed=f"{seed}:{country}")
            for country, (locale, _) in words.COUNTRIES.items()
        }
        self._workshop = Workshop(seed, registry)

    def person(self) -> Character:
        """Return a new person with profile and repositories, but without company and place."""
        country = self._random.choice(self._countries)
        name = self._names[country].full_name()
        user = self._register(self._login(name, country))
        character = Character(user, country, drive=self._random.gauss(0, 1))
        self._fill_in(character, name)
        self._workshop.furnish(user, character.drive)
        return character

    def bot(self) -> User:
        """Return a bot that signed up like a person, as its login and name tell."""
        login = f"{self._random.choice(words.TOPICS)}-{self._random.choice(words.REPOSITORY_KINDS)}-bot"
        user = self._register(login)
        user.name, user.bio = f"{login.removesuffix('-bot')} bot", "I am a bot. Beep."
        return user

    def _register(self, login: str) -> User:
        database_id, created_at = self._registry.account()
        updated_at = between(created_at, NOW, self._random.random() ** 0.3)
        return User(database_id, self._registry.login(login), created_at, updated_at)

    def _login(self, name: str, country: str) -> str:
        parts = latin(name)
        if len(parts) < 2:
            return self._names[country].username("l-d")
        first, last = parts[0], parts[-1]
        year = self._random.randrange(70, 100)
        forms = (first + last, f"{first}-{last}", first[0] + last, first + last[0], f"{last}-dev", f"{first}{year}")
        return self._random.choice(forms)

    def _fill_in(self, character: Character, name: str) -> None:
        user, chance = character.user, self._random.random
        user.name = name if chance() < 0.85 else None
        user.bio = self._bio(character.country) if chance() < 0.45 else None
        user.pronouns = self._random.choice(words.PRONOUNS) if chance() < 0.12 else None
        user.is_hireable = chance() < 0.15
        followers = self._random.lognormvariate(1.5 + 1.8 * character.drive, 0.6)
        user.followers = min(int(followers), MOST_FOLLOWERS)
        user.following = int(self._random.lognormvariate(2.0, 1.4))
        user.email = f"{user.login}@{self._random.choice(words.MAIL_DOMAINS)}" if chance() < 0.14 else None
        user.twitter_username = user.login.replace("-", "_")[:15] if chance() < 0.18 else None
        user.website_url = self._website(user.login) if chance() < 0.28 else None
        user.social_accounts = self._social_accounts(user) if chance() < 0.22 else []

    def _bio(self, country: str) -> str:
        topic = self._random.choice(words.TOPICS)
        return f"{self._names[country].occupation()} · {topic} · {self._random.choice(list(words.LANGUAGES))}"

    def _website(self, login: str) -> str:
        forms = (f"https://{login}.example", f"{login}.example", f"http://www.example.com/~{login}")
        return self._random.choice(forms)

    def _social_accounts(self, user: User) -> list[SocialAccount]:
        providers = self._random.sample(list(words.SOCIAL_PROVIDERS), self._random.choice((1, 1, 2, 3)))
        accounts = [
            SocialAccount(provider, *(form.format(login=user.login) for form in words.SOCIAL_PROVIDERS[provider]))
            for provider in providers
        ]
        if user.twitter_username:
            handle = user.twitter_username
            accounts.append(SocialAccount("TWITTER", f"@{handle}", f"https://twitter.example/{handle}"))
        return accounts


class Workshop:
    """Makes up the repositories that somebody owns."""

    def __init__(self, seed: int, registry: Registry) -> None:
        self._random = Random(f"{seed}:repositories")
        self._registry = registry
        self._languages = [language for language, share in words.LANGUAGES.items() for _ in range(share)]
        self._other_languages: list[str | None] = [*self._languages, *[None] * UNKNOWN_LANGUAGES]
        self._names = [f"{topic}-{kind}" for topic in words.TOPICS for kind in words.REPOSITORY_KINDS]

    def furnish(self, owner: Profile, drive: float) -> None:
        """Give an account repositories, the more and the more starred the greater its drive."""
        count = min(int(self._random.lognormvariate(0.8 + 0.6 * drive, 0.8)), MOST_REPOSITORIES)
        names = self._random.sample(self._names, count)
        favourite = self._random.choice(self._languages)
        owner.repositories = [self._repository(owner, name, favourite, drive) for name in names]

    def _repository(self, owner: Profile, name: str, favourite: str, drive: float) -> Repository:
        chance = self._random.random
        created_at = between(owner.created_at, NOW, chance())
        is_fork = chance() < 0.25
        language = favourite if chance() < 0.6 else self._random.choice(self._other_languages)
        tail = 1 / (0.6 + 0.25 * max(drive, 0))
        stars = 0 if is_fork else min(int(self._random.paretovariate(tail)) - 1, MOST_STARS)
        return Repository(
            database_id=self._registry.repository(),
            name=name,
            owner=owner,
            created_at=created_at,
            pushed_at=between(created_at, NOW, chance()),
            primary_language=language,
            is_fork=is_fork,
            is_archived=chance() < 0.05,
            unlisted_forks=stars // 8,
            unlisted_watchers=1 + stars // 30,
            unlisted_stars=stars,
        )


def between(start: datetime, end: datetime, fraction: float) -> datetime:
    """Return the second that lies at that fraction of the way from one time to another."""
    return start + timedelta(seconds=int((end - start).total_seconds() * fraction))


def latin(name: str) -> list[str]:
    """Return the words of a name in lower-case ASCII; words in other scripts are left out."""
    ascii_name = normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.findall(r"[a-z]+", ascii_name)
