"""What a community is made of: accounts, repositories and stars, as plain mutable records.

What belongs here: records and the identifiers derived from them. How they come about is `generation.py`; how they
look in an API is `github_graphql.py` and `github_rest.py`.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime

WEB = "https://github.example"
AVATARS = "https://avatars.github.example"
# The first bytes of GitHub's node ids: MessagePack for an array of the version 0 and an unsigned 32-bit integer.
_NODE_ID_HEADER = b"\x92\x00\xce"


def node_id(prefix: str, database_id: int) -> str:
    """Return the opaque global id of a record, in GitHub's current format (`U_kgDO…`)."""
    packed = urlsafe_b64encode(_NODE_ID_HEADER + database_id.to_bytes(4, "big"))
    return f"{prefix}_{packed.decode().rstrip('=')}"


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
class Repository:
    """A repository of which only the number of stars is known."""

    database_id: int
    name: str
    owner: Profile = field(compare=False, repr=False)
    created_at: datetime
    pushed_at: datetime
    primary_language: str | None = None
    description: str | None = None
    is_fork: bool = False
    is_archived: bool = False
    fork_count: int = 0
    watcher_count: int = 0
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


@dataclass(slots=True)
class Project(Repository):
    """A repository of the community: its stars are listed, oldest first, ties by user id."""

    stars: list[Star] = field(default_factory=list, repr=False)
    former_names: list[str] = field(default_factory=list)

    @property
    def stargazer_count(self) -> int:
        """Number of stars, those without a listed person included."""
        return len(self.stars) + self.unlisted_stars
