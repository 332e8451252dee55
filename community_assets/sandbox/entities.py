"""What a community is made of: accounts, repositories and stars, as plain mutable records.

What belongs here: records and the identifiers derived from them; what is said in a repository is `threads.py`. How
they come about is `generation.py` and its helpers; how they look in an API is `github_graphql.py` and `github_rest.py`.
"""

from dataclasses import dataclass, field
from datetime import datetime

from community_assets.sandbox.threads import Discussion, Issue, PullRequest, Threads, node_id

WEB = "https://github.example"
AVATARS = "https://avatars.github.example"


def timestamp(moment: datetime) -> str:
    """Return a time in UTC as GitHub's APIs write it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


@dataclass(slots=True)
class Account:
    """Whoever can own or author something on GitHub. Ids stay for life; the login may change hands."""

    database_id: int
    login: str
    created_at: datetime
    updated_at: datetime

    PREFIX = ""
    TYPE = ""

    @property
    def id(self) -> str:
        """Global node id."""
        return node_id(self.PREFIX, self.database_id)

    @property
    def url(self) -> str:
        """Profile page."""
        return f"{WEB}/{self.login}"

    @property
    def avatar_url(self) -> str:
        """Picture, addressed by database id: it survives a rename."""
        return f"{AVATARS}/u/{self.database_id}?v=4"


@dataclass(slots=True)
class Profile(Account):
    """What people and organizations both tell about themselves; None where they tell nothing."""

    name: str | None = None
    location: str | None = None
    email: str | None = None
    website_url: str | None = None
    twitter_username: str | None = None
    repositories: list["Repository"] = field(default_factory=list)


@dataclass(slots=True)
class SocialAccount:
    """A link from a profile to another platform; `provider` is a value of GitHub's SocialAccountProvider."""

    provider: str
    display_name: str
    url: str


@dataclass(slots=True)
class Organization(Profile):
    """An organization account; employers and projects alike."""

    PREFIX = "O"
    TYPE = "Organization"


@dataclass(slots=True)
class User(Profile):
    """A personal account: a person's, or a bot's that signed up like a person."""

    company: str | None = None
    bio: str | None = None
    pronouns: str | None = None
    is_hireable: bool = False
    is_employee: bool = False
    followers: int = 0
    following: int = 0
    social_accounts: list[SocialAccount] = field(default_factory=list)
    organizations: list[Organization] = field(default_factory=list)
    former_logins: list[str] = field(default_factory=list)
    starred: list["OwnStar"] = field(default_factory=list)
    contributed: dict[str, set[str]] = field(default_factory=dict)
    """Node id of a repository of others → ways of contributing, values of GitHub's RepositoryContributionType."""

    PREFIX = "U"
    TYPE = "User"


@dataclass(slots=True)
class Bot(Account):
    """The account of a GitHub App; its login ends in `[bot]`."""

    PREFIX = "BOT"
    TYPE = "Bot"


@dataclass(slots=True)
class Mannequin(Account):
    """A placeholder for an author whose account was not found when a repository was imported."""

    PREFIX = "M"
    TYPE = "Mannequin"


@dataclass(slots=True)
class Star:
    """Who starred a repository when; `user_id` is a node id."""

    starred_at: datetime
    user_id: str


@dataclass(slots=True)
class OwnStar:
    """What somebody starred when, as the person's own list shows it; `repository_id` is a node id."""

    starred_at: datetime
    repository_id: str


@dataclass(slots=True)
class Contributor:
    """Who has commits in a repository, and how many: an account, or name and address of the commits."""

    contributions: int
    user_id: str | None = None
    name: str | None = None
    email: str | None = None


@dataclass(slots=True)
class Repository:
    """A repository of which only the numbers of stars, forks and watchers are known."""

    database_id: int
    name: str
    owner: Profile = field(compare=False, repr=False)
    created_at: datetime
    pushed_at: datetime
    primary_language: str | None = None
    description: str | None = None
    is_fork: bool = False
    is_archived: bool = False
    topics: list[str] = field(default_factory=list)
    unlisted_forks: int = 0
    unlisted_watchers: int = 0
    unlisted_stars: int = 0

    TYPE = "Repository"

    @property
    def id(self) -> str:
        """Global node id."""
        return node_id("R", self.database_id)

    @property
    def name_with_owner(self) -> str:
        """`owner/name`, with the present login of the owner."""
        return f"{self.owner.login}/{self.name}"

    @property
    def url(self) -> str:
        """Page of the repository."""
        return f"{WEB}/{self.name_with_owner}"

    @property
    def stargazer_count(self) -> int:
        """Number of stars."""
        return self.unlisted_stars

    @property
    def fork_count(self) -> int:
        """Number of forks."""
        return self.unlisted_forks

    @property
    def watcher_count(self) -> int:
        """Number of watchers."""
        return self.unlisted_watchers


@dataclass(slots=True)
class Project(Repository):
    """A repository of the community, with everybody who has to do with it.

    Attributes:
        stars: Oldest first, ties by user id.
        former_stars: Those that were taken back, which only events still show.
        watchers: Node ids, sorted.
        forks: Oldest first, ties by database id.
        contributors: Most contributions first.
    """

    stars: list[Star] = field(default_factory=list, repr=False)
    former_stars: list[Star] = field(default_factory=list, repr=False)
    former_names: list[str] = field(default_factory=list)
    watchers: list[str] = field(default_factory=list, repr=False)
    forks: list[Repository] = field(default_factory=list, repr=False)
    contributors: list[Contributor] = field(default_factory=list, repr=False)
    issues: Threads[Issue] = field(default_factory=Threads, repr=False)
    pull_requests: Threads[PullRequest] = field(default_factory=Threads, repr=False)
    discussions: Threads[Discussion] = field(default_factory=Threads, repr=False)

    @property
    def stargazer_count(self) -> int:
        """Number of stars, those without a listed person included."""
        return len(self.stars) + self.unlisted_stars

    @property
    def fork_count(self) -> int:
        """Number of forks."""
        return len(self.forks)

    @property
    def watcher_count(self) -> int:
        """Number of watchers."""
        return len(self.watchers)

    @property
    def thread_count(self) -> int:
        """Number of issues, pull requests and discussions; they share one sequence of numbers."""
        return len(self.issues) + len(self.pull_requests) + len(self.discussions)
