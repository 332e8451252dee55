"""Who creates what others build on: modules and providers of the Terraform Registry, packages of Artifact Hub.

What belongs here: the artifacts, who publishes and maintains them, and where their source is. How they look in an API
is said in the double of that API. Nothing of the community is changed; GitHub tells of the sources' contributors too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from community_assets.sandbox import vocabulary as words
from community_assets.sandbox.entities import Contributor, Organization, Profile, Repository, User
from community_assets.sandbox.people import between
from community_assets.sandbox.timeline import LAUNCH, NEWEST

if TYPE_CHECKING:
    from community_assets.sandbox.community import Community

GITHUB = "https://github.com"
HELM = 0
"""Kind of a package: Helm charts."""
BROAD_CATALOGUE = 65
"""Packages of the organization that has most of them: more than fit on a page."""
MOST_DOWNLOADS = 4_000_000
MOST_PACKAGE_STARS = 900


@dataclass(slots=True)
class Release:
    """A version and when it came out."""

    version: str
    at: datetime


@dataclass(slots=True)
class Module:
    """A module of the Terraform Registry.

    Attributes:
        namespace: As the registry writes it; letter case tells nothing apart.
        source: URL of its source; empty where there is none.
        downloads: In total; `recent_downloads` in the last week, month and year.
        releases: Oldest first.
    """

    namespace: str
    name: str
    provider: str
    description: str
    source: str
    is_verified: bool
    downloads: int
    releases: list[Release]

    @property
    def recent_downloads(self) -> tuple[int, int, int]:
        """Downloads of the last week, month and year."""
        return _recent(self.downloads)


@dataclass(slots=True)
class Provider:
    """A provider of the Terraform Registry; `tier` is official, partner or community. Otherwise like a module."""

    namespace: str
    name: str
    tier: str
    description: str
    source: str
    downloads: int
    releases: list[Release]

    @property
    def recent_downloads(self) -> tuple[int, int, int]:
        """Downloads of the last week, month and year."""
        return _recent(self.downloads)


@dataclass(slots=True)
class Maintainer:
    """Who maintains a package, as its author writes it."""

    name: str
    email: str


@dataclass(slots=True)
class PackageRepository:
    """Where packages are published; `publisher` is the name of an organization, or else the alias of a user."""

    repository_id: str
    name: str
    kind: int
    url: str
    publisher: str
    is_organization: bool
    publisher_name: str | None = None
    is_verified_publisher: bool = False
    is_official: bool = False


@dataclass(slots=True)
class Package:
    """A package of Artifact Hub.

    Attributes:
        links: Name and URL; the one named `source` leads to its source.
        releases: Oldest first.
    """

    package_id: str
    name: str
    repository: PackageRepository
    description: str
    stars: int
    releases: list[Release]
    display_name: str | None = None
    home_url: str | None = None
    is_official: bool = False
    is_deprecated: bool = False
    maintainers: list[Maintainer] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)


@dataclass(repr=False)
class Creators:
    """The artifacts of a community, and what is known of who made them.

    Attributes:
        modules: Those of the Terraform Registry.
        providers: Likewise.
        packages: Those of Artifact Hub.
        contributors: Node id of a repository that is no project → who has commits in it, most first.
        maker: Who has a GitHub account, a module namespace and packages, and maintains packages of others by the
            address that the GitHub profile shows; None where nobody's profile shows one.
        namesake: Login of somebody whose name is a namespace that is not theirs: its source belongs to others.
    """

    modules: list[Module] = field(default_factory=list)
    providers: list[Provider] = field(default_factory=list)
    packages: list[Package] = field(default_factory=list)
    contributors: dict[str, list[Contributor]] = field(default_factory=dict)
    maker: User | None = None
    namesake: str | None = None

    @property
    def namespaces(self) -> list[str]:
        """Namespaces of the Terraform Registry in lower case, sorted."""
        return sorted({a.namespace.lower() for a in self.modules} | {a.namespace.lower() for a in self.providers})

    @property
    def organizations(self) -> list[str]:
        """Names of the organizations at Artifact Hub, sorted."""
        return sorted({p.repository.publisher for p in self.packages if p.repository.is_organization})

    @property
    def users(self) -> list[str]:
        """Aliases of the users at Artifact Hub, sorted."""
        return sorted({p.repository.publisher for p in self.packages if not p.repository.is_organization})


def plant(community: "Community", seed: int) -> Creators:
    """Make up who creates artifacts; draws from random numbers of its own.

    Ranks by downloads, first to last: the product, three organizations of the ecosystem, the maker, the namesake's
    namespace. Ranks by stars of packages: the product, the organization with the broad catalogue, the maker.
    """
    return _Workshop(community, seed).creators


class _Workshop:
    """Puts creators together; later parts may point to earlier ones."""

    def __init__(self, community: "Community", seed: int) -> None:
        self._random = Random(f"{seed}:creators")
        self._community = community
        users = [a for a in community.accounts.values() if isinstance(a, User) and not a.login.endswith("-bot")]
        self._people = sorted(users, key=lambda user: user.database_id)
        self._organizations = list({r.owner.id: r.owner for r in community.ecosystem}.values())[:3]
        self.creators = Creators(maker=self._choose_maker())
        self._terraform()
        self._packages()

    def _choose_maker(self) -> User | None:
        """Return the first of those with an address and something of their own to publish, if there are any."""
        named = [user for user in self._people if user.email and not user.former_logins]
        return next((user for user in named if _sources(user)), named[0] if named else None)

    def _terraform(self) -> None:
        product = self._community.organization
        self._publish_modules(product, product.login.title(), ["cluster", "secrets", "network"], rank=1, verified=True)
        provider = self._community.projects[-1]
        self._provider(product.login, "beacon", "partner", provider, 3 * MOST_DOWNLOADS)
        for rank, owner in enumerate(self._organizations, start=2):
            self._publish_modules(owner, owner.login, ["vpc", "dns", "cache"][: 5 - rank], rank, verified=rank == 2)
        for tier, owner in zip(("official", "community"), self._organizations, strict=False):
            self._provider(owner.login, owner.login.removesuffix("-example"), tier, _sources(owner)[0], 90_000)
        if maker := self.creators.maker:
            self._publish_modules(maker, maker.login, ["bastion", "backup"], rank=5)
        self._publish_oddities()

    def _publish_oddities(self) -> None:
        """Publish what is not on GitHub, is nowhere, or says what breaks careless consumers."""
        others = [user for user in self._people if user is not self.creators.maker]
        if others and self._organizations:
            self.creators.namesake = others[-1].login
            self._publish_modules(self._organizations[0], others[-1].login, ["registry"], rank=6)
        for name, source in {
            "elsewhere": "https://gitlab.com/platform-example/terraform-aws-elsewhere",
            "bucket": "https://bitbucket.org/platform-example/terraform-aws-bucket",
            "gone": f"{GITHUB}/platform-example/nobody-has-this-repository",
            "nowhere": "",
        }.items():
            self._module("platform-example", name, source, 40 + len(name), description=words.HOSTILE[len(name) % 4])

    def _publish_modules(
        self, owner: Profile, namespace: str, names: Sequence[str], rank: int, *, verified: bool = False
    ) -> None:
        """Publish modules from the repositories of an account; a namespace of the next rank has a quarter as many."""
        sources = _sources(owner)
        for number, name in enumerate(names):
            repository = sources[number % len(sources)] if sources else None
            downloads = MOST_DOWNLOADS // (4**rank * (number + 1))
            self._module(namespace, name, self._source(repository), downloads, is_verified=verified)

    def _module(  # noqa: PLR0913
        self,
        namespace: str,
        name: str,
        source: str,
        downloads: int,
        *,
        description: str | None = None,
        is_verified: bool = False,
    ) -> None:
        text = f"Terraform module for {name}" if description is None else description
        module = Module(namespace, name, "aws", text, source, is_verified, downloads, self._releases())
        self.creators.modules.append(module)

    def _provider(self, namespace: str, name: str, tier: str, repository: Repository, downloads: int) -> None:
        source = self._source(repository)
        provider = Provider(namespace, name, tier, f"Manage {name}", source, downloads, self._releases())
        self.creators.providers.append(provider)

    def _packages(self) -> None:
        product, projects = self._community.organization, self._community.projects
        own = self._repository("beacon", product, is_verified_publisher=True, is_official=True)
        for number, project in enumerate(projects):
            self._package(project.name, own, project, MOST_PACKAGE_STARS // (number + 1), self._some_maintainers(2))
        if self._organizations:
            self._publish_catalogue(self._organizations[0])
        if maker := self.creators.maker:
            charts = self._repository(f"{maker.login}-charts", maker)
            source = next(iter(_sources(maker)), None)
            self._package("bastion", charts, source, 120, [Maintainer(maker.name or maker.login, maker.email or "")])
        self._publish_odd_packages()

    def _publish_catalogue(self, owner: Profile) -> None:
        """Publish many packages with few stars, some of them from the same source."""
        charts, sources = self._repository("charts", owner, is_verified_publisher=True), _sources(owner)
        for number in range(BROAD_CATALOGUE):
            topic = words.TOPICS[number % len(words.TOPICS)]
            kind = words.REPOSITORY_KINDS[number // len(words.TOPICS)]
            stars = 14 if number == 0 else self._random.randrange(0, 8)
            maintainers = self._some_maintainers(1) if number % 5 == 0 else []
            self._package(f"{topic}-{kind}", charts, sources[number % len(sources)], stars, maintainers)

    def _publish_odd_packages(self) -> None:
        odd = self._repository("odds", Organization(0, "platform-example", LAUNCH, NEWEST, name=words.HOSTILE[4]))
        for number, (name, url) in enumerate(
            {
                "elsewhere": "https://gitlab.com/platform-example/charts/elsewhere",
                "bucket": "https://bitbucket.org/platform-example/bucket",
                "gone": f"{GITHUB}/platform-example/nobody-has-this-repository",
                "nowhere": "",
            }.items()
        ):
            package = self._package(name, odd, None, number, self._noreply_maintainers() if name == "gone" else [])
            package.description, package.display_name = words.HOSTILE[number], words.HOSTILE[number + 4]
            package.links = [("source", url)] if url else []
        package.maintainers = [Maintainer(words.HOSTILE[5], "Hostile+String@Mail.example"), Maintainer("Nobody", "")]

    def _noreply_maintainers(self) -> list[Maintainer]:
        """Return somebody who is known by the address that GitHub gives to commits alone."""
        user = self._people[0]
        address = f"{user.database_id}+{user.login}@users.noreply.github.com"
        return [Maintainer(user.name or user.login, address)]

    def _repository(self, name: str, owner: Profile, **flags: bool) -> PackageRepository:
        is_organization = isinstance(owner, Organization)
        return PackageRepository(
            self._uuid(),
            name,
            HELM,
            f"https://charts.{owner.login}.example/{name}",
            owner.login,
            is_organization,
            owner.name if is_organization else None,
            **flags,
        )

    def _package(
        self,
        name: str,
        repository: PackageRepository,
        source: Repository | None,
        stars: int,
        maintainers: list[Maintainer],
    ) -> Package:
        package = Package(self._uuid(), name, repository, f"A chart for {name}", stars, self._releases())
        package.is_official = repository.is_official
        package.maintainers = maintainers
        package.home_url = f"https://{repository.publisher}.example/{name}"
        package.links = [("docs", package.home_url)] + ([("source", self._source(source))] if source else [])
        self.creators.packages.append(package)
        return package

    def _some_maintainers(self, count: int) -> list[Maintainer]:
        """Return the maker first, then people whose profile shows another address or none."""
        chosen = self._random.sample(self._people, min(count, len(self._people)))
        found = [Maintainer(user.name or user.login, f"{user.login}@maintainers.example") for user in chosen]
        if maker := self.creators.maker:
            found = [Maintainer(maker.name or maker.login, (maker.email or "").title()), *found][:count]
        return found

    def _source(self, repository: Repository | None) -> str:
        """Return where a repository is, once it is seen to that GitHub knows who contributes to it."""
        if repository is None:
            return ""
        if repository not in self._community.projects and repository.id not in self.creators.contributors:
            self.creators.contributors[repository.id] = list(self._contributors(repository))
        return f"{GITHUB}/{repository.name_with_owner}"

    def _contributors(self, repository: Repository) -> Iterator[Contributor]:
        owner = [repository.owner] if isinstance(repository.owner, User) else []
        count = min(self._random.randrange(2, 8), len(self._people))
        users = {user.id: user for user in [*owner, *self._random.sample(self._people, count)]}
        for rank, user_id in enumerate(users, start=1):
            yield Contributor(1 + 200 // rank, user_id)
        yield Contributor(1, name="Somebody", email="somebody@commits.example")

    def _releases(self) -> list[Release]:
        count = self._random.randrange(1, 6)
        days = sorted(between(LAUNCH, NEWEST - timedelta(days=30), self._random.random()) for _ in range(count))
        return [Release(f"{1 + number // 3}.{number % 3}.0", day) for number, day in enumerate(days)]

    def _uuid(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))


def _sources(owner: Profile) -> list[Repository]:
    """Return an account's repositories that are no forks, the oldest first."""
    return sorted((r for r in owner.repositories if not r.is_fork), key=lambda r: r.database_id)


def _recent(downloads: int) -> tuple[int, int, int]:
    return downloads // 150, downloads // 36, downloads // 3
