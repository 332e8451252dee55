"""Putting a community together: company, place and e-mail of its people, and who starred what when.

What belongs here: the random draws that depend on others. Each topic draws from a stream of its own, so that, say,
companies from a file change nobody's followers. Single people are `people.py`; words are `vocabulary.py`.
"""

import csv
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import TypeVar

from community_assets.sandbox import vocabulary as words
from community_assets.sandbox.activity import animate, authors
from community_assets.sandbox.community import Community, by_time
from community_assets.sandbox.creators import plant
from community_assets.sandbox.ecosystem import found, settle_tastes
from community_assets.sandbox.employers import Employer, LabourMarket
from community_assets.sandbox.entities import Account, Bot, Mannequin, Organization, OwnStar, Project, Star, User
from community_assets.sandbox.people import FIRST_DATABASE_ID, Cast, Character, Registry
from community_assets.sandbox.places import Atlas
from community_assets.sandbox.threads import node_id
from community_assets.sandbox.timeline import LAUNCH, NEWEST, moment

T = TypeVar("T")

BOT_SHARE = 0.015
COMPANY_SHARE = 0.5
LOCATION_SHARE = 0.66
PUBLIC_MEMBER_SHARE = 0.35
WORK_EMAIL_SHARE = 0.5
CLUB_SHARE = 0.12
RENAMED_SHARE = 0.01
PEOPLE_PER_HOSTILE_STRING = 50
PEOPLE_PER_GHOST = 200
PEOPLE_PER_NULL = 400


def generate(people: int, seed: int, companies_csv: Path | str | None, locations_csv: Path | str | None) -> Community:
    """Make up a community; see `Community.generate`."""
    if people < 1:
        raise ValueError(f"expected at least one person for a community, got {people}")
    registry = Registry(seed)
    cast = Cast(seed, registry)
    bots = [cast.bot() for _ in range(round(people * BOT_SHARE))]
    characters = [cast.person() for _ in range(people - len(bots))]
    ghosts = [cast.person().user for _ in range(1 + people // PEOPLE_PER_GHOST)]
    persons = [character.user for character in characters]
    organizations = _employ(persons, registry, seed, companies_csv) + _gather(persons, registry, seed)
    _settle(characters, seed, locations_csv)
    _plant_hostile_strings(persons, seed, with_company=companies_csv is None)
    _rename_some(persons, registry, seed)
    product, projects = _product(registry)
    _star(projects, persons + bots, ghosts, seed)
    machines = _machines(registry)
    owners, pool = found(registry, seed)
    accounts: list[Account] = [product, *organizations, *persons, *bots, *machines, *owners]
    community = Community(
        organization=product,
        projects=projects,
        viewer=persons[0],
        accounts={account.id: account for account in accounts},
        ghosts={ghost.id: ghost for ghost in ghosts},
        ecosystem=pool,
    )
    animate(community, characters, machines, seed)
    settle_tastes(persons, authors(community), pool, seed)
    community.creators = plant(community, seed)
    return community


def strings_of(path: Path | str, column: str) -> list[str]:
    """Return the distinct values of a CSV file's column, in their order.

    Raises:
        ValueError: The file has no such column, or no value in it.
    """
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        strings = list(dict.fromkeys(value for row in csv.DictReader(file) if (value := row.get(column))))
    if not strings:
        raise ValueError(f"{path}: expected a CSV file with a header and values in the column {column!r}")
    return strings


def deal(strings: list[str], takers: Sequence[T], share: float, random: Random) -> list[tuple[T, str]]:
    """Give a share of the takers a string each; more of them if it takes more to use every string once."""
    usual = round(len(takers) * share)
    count = len(strings) if usual < len(strings) <= len(takers) else usual
    hand = random.sample(strings, min(count, len(strings)))
    hand += random.choices(strings, k=count - len(hand))
    return list(zip(random.sample(takers, count), hand, strict=True))


def _settle(characters: list[Character], seed: int, locations_csv: Path | str | None) -> None:
    random = Random(f"{seed}:locations")
    if locations_csv:
        for character, location in deal(strings_of(locations_csv, "location"), characters, LOCATION_SHARE, random):
            character.user.location = location
        return
    atlas = Atlas(seed)
    for character in characters:
        if random.random() < LOCATION_SHARE:
            character.user.location = atlas.write(character.country)


def _employ(persons: list[User], registry: Registry, seed: int, companies_csv: Path | str | None) -> list[Organization]:
    """Let a share of the people work somewhere; return the accounts of their employers, of which a file has none."""
    random = Random(f"{seed}:companies")
    if companies_csv:
        for user, company in deal(strings_of(companies_csv, "company"), persons, COMPANY_SHARE, random):
            user.company = company
        return []
    market = LabourMarket(len(persons), seed)
    organizations = {employer: _employers_account(employer, registry) for employer in market.employers}
    for user in persons:
        if random.random() < COMPANY_SHARE:
            employer = market.hire()
            user.company = market.write(employer)
            if employer:
                _join(user, employer, organizations[employer], random)
    return list(organizations.values())


def _employers_account(employer: Employer, registry: Registry) -> Organization:
    database_id, created_at = registry.account()
    return Organization(
        database_id=database_id,
        login=registry.login(employer.login),
        created_at=created_at,
        updated_at=created_at,
        name=f"{employer.name} {employer.legal}",
        website_url=f"https://{employer.domain}",
    )


def _join(user: User, employer: Employer, organization: Organization, random: Random) -> None:
    if random.random() < PUBLIC_MEMBER_SHARE:
        user.organizations.append(organization)
    if user.email and random.random() < WORK_EMAIL_SHARE:
        user.email = f"{user.login}@{employer.domain}"


def _gather(persons: list[User], registry: Registry, seed: int) -> list[Organization]:
    """Found organizations for the love of it, and let some of the people join one or two."""
    random = Random(f"{seed}:clubs")
    clubs = [_club(topic, registry) for topic in words.TOPICS]
    for user in random.sample(persons, round(len(persons) * CLUB_SHARE)):
        user.organizations += random.sample(clubs, random.choice((1, 1, 2)))
    return clubs


def _club(topic: str, registry: Registry) -> Organization:
    database_id, created_at = registry.account()
    login = registry.login(f"open-{topic}-example")
    return Organization(database_id, login, created_at, created_at, name=f"Open {topic.capitalize()}")


def _plant_hostile_strings(persons: list[User], seed: int, with_company: bool) -> None:
    """Put hostile strings into the names, bios and companies of a few, each at least once if people are many."""
    random = Random(f"{seed}:hostile")
    strings = words.HOSTILE[: 1 + len(persons) // PEOPLE_PER_HOSTILE_STRING]
    for attribute in ("name", "bio", "company") if with_company else ("name", "bio"):
        for user, text in zip(random.sample(persons, min(len(strings), len(persons))), strings, strict=False):
            setattr(user, attribute, text)


def _rename_some(persons: list[User], registry: Registry, seed: int) -> None:
    """Give a share of the people another login, and let somebody else take every second login that fell free."""
    random = Random(f"{seed}:renames")
    renamed = random.sample(persons, round(len(persons) * RENAMED_SHARE))
    for user, heir in zip(renamed[::2], renamed[1::2], strict=False):
        free = user.login
        user.former_logins, user.login = [free], registry.login(f"{free}-io")
        heir.former_logins, heir.login = [heir.login], free


def _machines(registry: Registry) -> list[Account]:
    """Return accounts that are neither people nor organizations."""
    kinds = [
        (Bot, "beacon-ci-example[bot]"),
        (Bot, "beacon-docs-example[bot]"),
        (Mannequin, "imported-author-example"),
        (Bot, "dependency-updates-example[bot]"),
    ]
    return [kind(number, login, born, born) for kind, login in kinds for number, born in [registry.account()]]


def _product(registry: Registry) -> tuple[Organization, list[Project]]:
    """Return the product's organization and its repositories, which nobody has starred yet."""
    database_id, _ = registry.account()
    product = Organization(
        database_id,
        registry.login("beacon-example"),
        created_at=LAUNCH,
        updated_at=NEWEST,
        name="Beacon",
        email="hello@beacon.example",
        website_url="https://beacon.example",
    )
    projects = [_project(name, product, registry) for name in words.PROJECTS]
    product.repositories += projects
    return product, projects


def _project(name: str, owner: Organization, registry: Registry) -> Project:
    language, description, _ = words.PROJECTS[name]
    return Project(
        database_id=registry.repository(),
        name=name,
        owner=owner,
        created_at=LAUNCH,
        pushed_at=NEWEST,
        primary_language=language,
        description=description,
        topics=words.PROJECT_TOPICS.copy(),
    )


def _star(projects: list[Project], users: list[User], ghosts: list[User], seed: int) -> None:
    """Let everybody star one project or several, at times after the launch and after their own registration."""
    random = Random(f"{seed}:stars")
    shares = [share for _, _, share in words.PROJECTS.values()]
    for user in users + ghosts:
        liked = [project for project, share in zip(projects, shares, strict=True) if random.random() < share]
        for project in liked or random.choices(projects, shares):
            starred_at = moment(max(LAUNCH, user.created_at), random)
            project.stars.append(Star(starred_at, user.id))
            user.starred.append(OwnStar(starred_at, project.id))
    for number in range(1 + len(users) // PEOPLE_PER_NULL):
        nobody = node_id(User.PREFIX, FIRST_DATABASE_ID - 1 - number)
        projects[0].stars.append(Star(moment(LAUNCH, random), nobody))
    for project in projects:
        project.stars.sort(key=by_time)
