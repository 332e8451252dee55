"""What is said and done in a repository: issues, pull requests and discussions, with their comments and reviews.

What belongs here: the records, their identifiers and the orders in which they are listed. Who writes them is
`activity.py`; the edits that touch more than one record are methods of the community.
"""

from base64 import urlsafe_b64encode
from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Generic, TypeVar


def node_id(prefix: str, *numbers: int) -> str:
    """Return the opaque global id of a record, in GitHub's current format (`U_kgDO…`).

    Args:
        prefix: Short name of the type.
        *numbers: Database ids: of the record itself, or of its repository and of the record.
    """
    # MessagePack: an array of the version 0 and unsigned 32-bit integers.
    packed = bytes((0x91 + len(numbers), 0)) + b"".join(b"\xce" + number.to_bytes(4, "big") for number in numbers)
    return f"{prefix}_{urlsafe_b64encode(packed).decode().rstrip('=')}"


@dataclass(slots=True)
class Post:
    """Something that somebody wrote; the author is a node id, of an account that may be gone."""

    database_id: int
    repository_id: int
    author_id: str
    created_at: datetime

    PREFIX: ClassVar[str]
    TYPE: ClassVar[str]

    @property
    def id(self) -> str:
        """Global node id."""
        return node_id(self.PREFIX, self.repository_id, self.database_id)


@dataclass(slots=True)
class IssueComment(Post):
    """A comment on an issue or a pull request."""

    PREFIX = "IC"
    TYPE = "IssueComment"


@dataclass(slots=True)
class DiscussionComment(Post):
    """A comment in a discussion."""

    PREFIX = "DC"
    TYPE = "DiscussionComment"


@dataclass(slots=True)
class Review(Post):
    """A review of a pull request, handed in as soon as it was written."""

    state: str

    PREFIX = "PRR"
    TYPE = "PullRequestReview"

    @property
    def submitted_at(self) -> datetime:
        """When it was handed in."""
        return self.created_at


@dataclass(slots=True)
class Thread(Post):
    """What others answer to; comments oldest first."""

    number: int
    updated_at: datetime
    state: str = "OPEN"
    comments: list[Post] = field(default_factory=list, repr=False)

    COMMENT: ClassVar[type[Post]] = IssueComment


@dataclass(slots=True)
class Issue(Thread):
    """An issue, OPEN or CLOSED."""

    PREFIX = "I"
    TYPE = "Issue"


@dataclass(slots=True)
class PullRequest(Thread):
    """A pull request, OPEN, CLOSED or MERGED; reviews oldest first."""

    merged_at: datetime | None = None
    reviews: list[Review] = field(default_factory=list, repr=False)

    PREFIX = "PR"
    TYPE = "PullRequest"


@dataclass(slots=True)
class Discussion(Thread):
    """A discussion."""

    PREFIX = "D"
    TYPE = "Discussion"
    COMMENT = DiscussionComment


T = TypeVar("T", bound=Thread)


def by_creation(post: Post) -> tuple[float, int]:
    """Return the order of what was written: when, and which came first if several did in the same second."""
    return post.created_at.timestamp(), post.database_id


def by_update(thread: Thread) -> tuple[float, int]:
    """Return the order of threads by what happened last in them."""
    return thread.updated_at.timestamp(), thread.database_id


@dataclass(slots=True)
class Threads(Generic[T]):
    """The threads of one kind in a repository, sorted in the two orders in which they are listed."""

    created: list[T] = field(default_factory=list)
    updated: list[T] = field(default_factory=list, compare=False)

    def __len__(self) -> int:
        return len(self.created)

    def __iter__(self) -> Iterator[T]:
        return iter(self.created)

    def add(self, thread: T) -> None:
        """Put a new thread into its places."""
        insort(self.created, thread, key=by_creation)
        insort(self.updated, thread, key=by_update)

    def touch(self, thread: T, at: datetime) -> None:
        """Note that something happened in a thread."""
        if at > thread.updated_at:
            del self.updated[bisect_left(self.updated, by_update(thread), key=by_update)]
            thread.updated_at = at
            insort(self.updated, thread, key=by_update)
