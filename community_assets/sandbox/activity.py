"""What people do at the projects beside starring them: watch, fork, write, review and contribute.

What belongs here: who takes which role how often. The edits themselves are methods of the community, which keep its
lists consistent; every role draws from a stream of random numbers of its own.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from heapq import nlargest
from math import exp
from random import Random

from mimesis import Person
from mimesis.locales import Locale

from community_assets.sandbox import vocabulary as words
from community_assets.sandbox.community import Community
from community_assets.sandbox.entities import Account, Bot, Contributor, Mannequin, Project, User
from community_assets.sandbox.people import Character, latin
from community_assets.sandbox.threads import Discussion, Post, PullRequest, Thread
from community_assets.sandbox.timeline import LAUNCH, answer, moment

Open = Callable[[Project, Account, datetime], Thread]

SHARES = {
    "watchers": 0.04,
    "forkers": 0.08,
    "issues": 0.05,
    "pull_requests": 0.03,
    "comments": 0.06,
    "reviews": 0.015,
    "discussions": 0.03,
    "discussion_comments": 0.04,
}
"""Role → share of the people who take it."""
CORE_SHARE, LARGEST_CORE = 0.002, 12
MOST_DEEDS = 60
ZEAL = 1.5
GHOST_SHARE = 0.03
ORGANIZATION_FORK_SHARE = 0.3
MERGED_SHARE = 2 / 3
CLOSED_SHARE = 0.6
REVIEW_STATES = {"APPROVED": 5, "COMMENTED": 3, "CHANGES_REQUESTED": 2}
COMMENTERS_PER_LONG_THREAD = 6
LONG_THREAD = (101, 180)


def animate(community: Community, characters: list[Character], machines: Sequence[Account], seed: int) -> None:
    """Let people and machines act at the projects, which have nothing but stars yet."""
    actors = Actors(community, characters, machines, seed)
    for act in (_watch, _fork, _open_threads, _review, _resolve, _comment, _contribute):
        act(community, actors)


def authors(community: Community) -> set[str]:
    """Return the node ids of all who wrote something at the projects."""
    posts: list[Post] = []
    for project in community.projects:
        posts += [*project.issues, *project.pull_requests, *project.discussions]
    posts += [comment for thread in posts if isinstance(thread, Thread) for comment in thread.comments]
    posts += [review for thread in posts if isinstance(thread, PullRequest) for review in thread.reviews]
    return {post.author_id for post in posts}


class Actors:
    """Chooses who acts; the driven more often, so that the same people turn up in several roles."""

    def __init__(
        self, community: Community, characters: list[Character], machines: Sequence[Account], seed: int
    ) -> None:
        self._seed = seed
        self._characters = characters
        self._shares = [share for _, _, share in words.PROJECTS.values()]
        self.projects = community.projects
        self.ghosts = list(community.ghosts.values())
        self.apps = [machine for machine in machines if isinstance(machine, Bot)]
        self.imported = [machine for machine in machines if isinstance(machine, Mannequin)]
        size = min(round(len(characters) * CORE_SHARE), LARGEST_CORE)
        chosen = [user for user in self._draw("core", size + 1) if user is not community.viewer]
        self.core = [community.viewer, *chosen[:size]]

    def stream(self, topic: str) -> Random:
        """Return the random numbers of a topic."""
        return Random(f"{self._seed}:{topic}")

    def count(self, role: str) -> int:
        """Return how many people take a role."""
        return round(len(self._characters) * SHARES[role])

    def volunteers(self, role: str) -> list[User]:
        """Return those who take a role."""
        return self._draw(role, self.count(role))

    def busy(self, role: str, random: Random) -> list[Account]:
        """Return those who take a role, once for each of their deeds; a few have many."""
        users = self.volunteers(role)
        return [user for user in users for _ in range(min(int(random.paretovariate(1.2)), MOST_DEEDS))]

    def some_core(self, random: Random, count: int) -> list[Account]:
        """Return maintainers, one for each deed."""
        return random.choices(self.core, k=count)

    def some_ghosts(self, random: Random, deeds: int) -> list[Account]:
        """Return people whose accounts are gone, for a small share of that many deeds and at least one."""
        return random.choices(self.ghosts, k=1 + int(deeds * GHOST_SHARE))

    def project(self, random: Random) -> Project:
        """Return a project, the popular ones more often."""
        return random.choices(self.projects, self._shares)[0]

    def _draw(self, role: str, count: int) -> list[User]:
        """Return a sample weighted by exp(ZEAL * drive), without replacement (Efraimidis and Spirakis, 2006)."""
        lot = self.stream(f"{role}:people").random
        chosen = nlargest(count, self._characters, key=lambda character: lot() ** exp(-ZEAL * character.drive))
        return [character.user for character in chosen]


def _watch(community: Community, actors: Actors) -> None:
    random = actors.stream("watchers")
    for project in actors.projects:
        for member in actors.core:
            community.watch(project, member)
    for user in actors.volunteers("watchers"):
        community.watch(actors.project(random), user)


def _fork(community: Community, actors: Actors) -> None:
    """Let people fork a project, a few of them into an organization of theirs."""
    random = actors.stream("forkers")
    forks: list[tuple[datetime, Project, User]] = []
    for user in actors.volunteers("forkers"):
        forks.append((moment(max(LAUNCH, user.created_at), random), actors.project(random), user))
    for at, project, user in sorted(forks, key=lambda fork: fork[0]):
        elsewhere = bool(user.organizations) and random.random() < ORGANIZATION_FORK_SHARE
        owner = random.choice(user.organizations) if elsewhere else user
        fork = community.fork(project, owner, max(at, owner.created_at))
        fork.pushed_at = answer(fork.created_at, random, mean_days=30)


def _open_threads(community: Community, actors: Actors) -> None:
    """Open issues, pull requests and discussions in the order of time, which is that of their numbers."""
    random = actors.stream("threads")
    issues = [*actors.busy("issues", random), *actors.imported]
    pulls = actors.busy("pull_requests", random)
    discussions = actors.busy("discussions", random)
    issues += actors.some_core(random, 2 + len(issues) // 4)
    pulls += actors.some_core(random, 2 + len(pulls) // 2) + random.choices(actors.apps, k=1 + len(pulls) // 4)
    discussions += actors.some_core(random, 1 + len(discussions) // 8)
    kinds: list[tuple[Open, list[Account]]] = [
        (community.open_issue, issues),
        (community.open_pull_request, pulls),
        (community.open_discussion, discussions),
    ]
    openings: list[tuple[datetime, Project, Open, Account]] = []
    for open_, writers in kinds:
        for author in writers + actors.some_ghosts(random, len(writers)):
            openings.append((moment(max(LAUNCH, author.created_at), random), actors.project(random), open_, author))
    for at, project, open_, author in sorted(openings, key=lambda opening: opening[0]):
        open_(project, author, at)


def _review(community: Community, actors: Actors) -> None:
    """Let maintainers review most pull requests, and others a few."""
    random = actors.stream("reviews")
    pulls = _pull_requests(actors.projects)
    reviews = [(pull, user) for pull in pulls for user in actors.some_core(random, random.choice((0, 1, 1, 2)))]
    reviews += [(random.choice(pulls), user) for user in actors.busy("reviews", random)]
    reviews += [(random.choice(pulls), user) for user in actors.some_ghosts(random, len(reviews))]
    for pull, user in reviews:
        if pull.author_id != user.id:
            [state] = random.choices(list(REVIEW_STATES), list(REVIEW_STATES.values()))
            community.review(pull, user, _later(pull, user, random), state)


def _resolve(community: Community, actors: Actors) -> None:
    """Merge or close what is not left open; a pull request after its last review."""
    random = actors.stream("resolutions")
    for pull in _pull_requests(actors.projects):
        at = answer(pull.updated_at, random, mean_days=3)
        if random.random() < MERGED_SHARE:
            community.merge(pull, at, commits=int(random.paretovariate(1)) % 40 + 1)
        elif random.random() < CLOSED_SHARE:
            community.close(pull, at)
    for project in actors.projects:
        for issue in project.issues:
            if random.random() < CLOSED_SHARE:
                community.close(issue, answer(issue.created_at, random, mean_days=20))


def _comment(community: Community, actors: Actors) -> None:
    """Let people answer, maintainers most of all; a few threads grow very long."""
    random = actors.stream("comments")
    pulls: list[Thread] = [*_pull_requests(actors.projects)]
    issues: list[Thread] = [issue for project in actors.projects for issue in project.issues]
    threads = pulls + issues
    talks: list[Thread] = [talk for project in actors.projects for talk in project.discussions]
    people, talkers = actors.busy("comments", random), actors.busy("discussion_comments", random)
    people += actors.some_core(random, len(threads)) + actors.some_ghosts(random, len(people))
    talkers += actors.some_core(random, len(talks)) + actors.some_ghosts(random, len(talkers))
    deeds = [(random.choice(threads), user) for user in people] + [(random.choice(talks), user) for user in talkers]
    deeds += [(random.choice(pulls), bot) for bot in random.choices(actors.apps, k=len(pulls))]
    count = actors.count("comments") // COMMENTERS_PER_LONG_THREAD
    long = [random.choice(some) for some in (issues, talks, pulls)][:count]
    for thread in long:
        voices = talkers if isinstance(thread, Discussion) else people
        deeds += [(thread, user) for user in random.choices(voices, k=random.randint(*LONG_THREAD))]
    for thread, user in deeds:
        community.comment(thread, user, _later(thread, user, random))


def _contribute(community: Community, actors: Actors) -> None:
    """Add the commits that came without a pull request: of maintainers, and of people without an account."""
    random = actors.stream("contributors")
    names = Person(Locale.EN, seed=f"{actors.stream('anonymous').random()}")
    for project in actors.projects:
        for member in actors.core:
            community.contribute(project, member, 1 + int(random.lognormvariate(3.5, 1)))
        for _ in range(1 + len(project.contributors) // 6):
            name = names.full_name()
            email = f"{'.'.join(latin(name))}@{random.choice(words.MAIL_DOMAINS)}"
            project.contributors.append(Contributor(int(random.paretovariate(1.2)), None, name, email))
        project.contributors.sort(key=lambda contributor: -contributor.contributions)


def _later(thread: Thread, user: Account, random: Random) -> datetime:
    return answer(max(thread.created_at, user.created_at), random)


def _pull_requests(projects: Iterable[Project]) -> list[PullRequest]:
    return [pull for project in projects for pull in project.pull_requests]
