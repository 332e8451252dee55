"""What the made-up people do at the projects and beyond: plausible, consistent, and with planted facts."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from community_assets.sandbox import Community
from community_assets.sandbox.activity import SHARES, authors
from community_assets.sandbox.ecosystem import FAVOURITE_LANGUAGE, FAVOURITE_TOPIC
from community_assets.sandbox.entities import Account, Bot, Organization, Project, User
from community_assets.sandbox.people import NOW
from community_assets.sandbox.threads import Post, PullRequest, Review, Thread, by_creation, by_update
from community_assets.sandbox.vocabulary import MAIL_DOMAINS


def users(community: Community) -> list[User]:
    return [account for account in community.accounts.values() if isinstance(account, User)]


def pull_requests(community: Community) -> list[PullRequest]:
    return [pull for project in community.projects for pull in project.pull_requests]


def threads(community: Community) -> list[Thread]:
    kinds = [(project.issues, project.pull_requests, project.discussions) for project in community.projects]
    return [thread for kind in kinds for listed in kind for thread in listed]


def replies(thread: Thread) -> list[Post]:
    reviews = thread.reviews if isinstance(thread, PullRequest) else []
    return [*thread.comments, *reviews]


def someone(community: Community, wanted: Callable[[User], bool]) -> User:
    return next(user for user in users(community) if wanted(user))


def roles(community: Community) -> dict[str, list[str]]:
    """Who took which role, once for each deed."""
    projects = community.projects
    forks = [fork for project in projects for fork in project.forks]
    answered = [thread for project in projects for thread in (*project.issues, *project.pull_requests)]
    talks = [talk for project in projects for talk in project.discussions]
    return {
        "watchers": [watcher for project in projects for watcher in project.watchers],
        "forkers": [fork.owner.id for fork in forks],
        "issues": [issue.author_id for project in projects for issue in project.issues],
        "pull_requests": [pull.author_id for pull in pull_requests(community)],
        "comments": [comment.author_id for thread in answered for comment in thread.comments],
        "reviews": [review.author_id for pull in pull_requests(community) for review in pull.reviews],
        "discussions": [talk.author_id for talk in talks],
        "discussion_comments": [comment.author_id for talk in talks for comment in talk.comments],
    }


@pytest.mark.parametrize("role", SHARES)
def test_each_role_is_taken_by_about_its_share_of_the_people(community: Community, role: str) -> None:
    takers = {account for account in roles(community)[role] if isinstance(community.accounts.get(account), User)}
    least = SHARES[role] * len(users(community)) * (0.6 if role == "forkers" else 0.9)
    assert least < len(takers) < SHARES[role] * len(users(community)) + 10


def test_a_few_people_do_much(community: Community) -> None:
    for role in ("issues", "pull_requests", "comments"):
        counts = sorted(Counter(roles(community)[role]).values())
        assert sum(counts[-5:]) > 0.2 * sum(counts)
        assert counts[len(counts) // 3] <= 2


def test_about_two_thirds_of_the_pull_requests_are_merged(community: Community) -> None:
    states = Counter(pull.state for pull in pull_requests(community))
    assert set(states) == {"OPEN", "CLOSED", "MERGED"}
    assert 0.58 < states["MERGED"] / states.total() < 0.75
    assert all((pull.merged_at is not None) == (pull.state == "MERGED") for pull in pull_requests(community))


def test_apps_open_pull_requests_and_comment(community: Community) -> None:
    apps = {account.id for account in community.accounts.values() if isinstance(account, Bot)}
    assert apps & {pull.author_id for pull in pull_requests(community)}
    assert apps & {comment.author_id for pull in pull_requests(community) for comment in pull.comments}


def test_some_authors_are_gone(community: Community) -> None:
    for posts in (
        threads(community),
        [reply for thread in threads(community) for reply in replies(thread) if not isinstance(reply, Review)],
        [review for pull in pull_requests(community) for review in pull.reviews],
    ):
        gone = sum(post.author_id not in community.accounts for post in posts)
        assert 0 < gone < 0.1 * len(posts)


@pytest.mark.parametrize("people", [150, 1_000])
def test_a_few_threads_have_more_than_a_hundred_comments(people: int) -> None:
    long = [thread for thread in threads(Community.generate(people)) if len(thread.comments) > 100]
    assert 1 <= len(long) <= 3


def test_contributors_are_the_authors_of_what_was_merged_the_core_and_people_without_an_account(
    community: Community,
) -> None:
    for project in community.projects:
        contributions = [contributor.contributions for contributor in project.contributors]
        merged = {pull.author_id for pull in project.pull_requests if pull.merged_at}
        known = {contributor.user_id for contributor in project.contributors if contributor.user_id}
        nameless = [contributor for contributor in project.contributors if not contributor.user_id]
        assert contributions == sorted(contributions, reverse=True)
        assert {author for author in merged if author in community.accounts} <= known
        assert community.viewer.id in known
        assert len(known - merged) <= 12
        assert nameless
        assert all((contributor.email or "").endswith(tuple(MAIL_DOMAINS)) for contributor in nameless)


def test_nothing_is_written_before_its_author_registered_or_after_now(community: Community) -> None:
    for thread in threads(community):
        moments = [reply.created_at for reply in replies(thread)]
        merged = [thread.merged_at] if isinstance(thread, PullRequest) and thread.merged_at else []
        assert all(thread.created_at <= at for at in [*moments, *merged])
        assert thread.updated_at >= max([thread.created_at, *moments, *merged])
        assert thread.updated_at < NOW
        for post in [thread, *replies(thread)]:
            author = community.listed(post.author_id)
            assert author is not None
            assert author.created_at <= post.created_at


def test_a_discussion_was_updated_by_its_newest_comment(community: Community) -> None:
    talks = [talk for project in community.projects for talk in project.discussions]
    assert [talk.updated_at for talk in talks] == [
        max([talk.created_at, *(comment.created_at for comment in talk.comments)]) for talk in talks
    ]


def test_lists_are_in_the_order_in_which_they_are_paged(community: Community) -> None:
    for project in community.projects:
        for listed in (project.issues, project.pull_requests, project.discussions):
            assert listed.created == sorted(listed.created, key=by_creation)  # type: ignore[attr-defined]
            assert listed.updated == sorted(listed.created, key=by_update)  # type: ignore[attr-defined]
        assert project.watchers == sorted(set(project.watchers))
    for thread in threads(community):
        assert thread.comments == sorted(thread.comments, key=by_creation)


def test_ids_are_unique_and_numbers_count_the_threads_of_a_project(community: Community) -> None:
    posts = [post for thread in threads(community) for post in (thread, *replies(thread))]
    assert len({post.id for post in posts}) == len(posts)
    for project in community.projects:
        own = [*project.issues, *project.pull_requests, *project.discussions]
        numbers = [thread.number for thread in sorted(own, key=by_creation)]
        assert numbers == list(range(1, project.thread_count + 1))
    repositories = [r for user in users(community) for r in user.repositories] + community.ecosystem
    assert len({repository.id for repository in repositories}) == len(repositories)


def test_forks_are_among_the_repositories_of_their_owners(community: Community) -> None:
    forks = [fork for project in community.projects for fork in project.forks]
    assert {type(fork.owner) for fork in forks} == {User, Organization}
    for fork in forks:
        assert any(repository is fork for repository in fork.owner.repositories)
        assert fork.is_fork
        assert fork.owner.created_at <= fork.created_at <= fork.pushed_at < NOW
    for user in users(community):
        names = [repository.name for repository in user.repositories]
        assert len(names) == len(set(names))


def test_people_star_what_exists_in_the_ecosystem_and_the_projects_that_list_them(community: Community) -> None:
    everything = {repository.id: repository for repository in [*community.ecosystem, *community.projects]}
    stars = {(p.id, star.user_id, star.starred_at) for p in community.projects for star in p.stars}
    for user in users(community):
        for star in user.starred:
            repository = everything[star.repository_id]
            assert max(user.created_at, repository.created_at) <= star.starred_at < NOW
            assert not isinstance(repository, Project) or (repository.id, user.id, star.starred_at) in stars
    given = Counter(star.repository_id for user in users(community) for star in user.starred)
    assert all(repository.stargazer_count >= given[repository.id] for repository in community.ecosystem)
    assert len(community.ecosystem) == 150
    assert max(len(user.starred) for user in users(community)) > 100


def touched(user: User) -> set[str]:
    return {star.repository_id for star in user.starred} | set(user.contributed)


@pytest.mark.parametrize("seed", [7, 21])
def test_active_people_take_to_one_language_and_one_topic_about_three_times_as_often(seed: int) -> None:
    community = Community.generate(1_000, seed)
    active = authors(community)
    by_id = {repository.id: repository for repository in [*community.ecosystem, *community.projects]}

    def lift(uses: Callable[[User], bool]) -> float:
        those = [uses(user) for user in users(community) if user.id in active]
        others = [uses(user) for user in users(community) if user.id not in active]
        return (sum(those) / len(those)) / (sum(others) / len(others))

    def languages(user: User) -> set[str | None]:
        return {r.primary_language for r in [*user.repositories, *(by_id[i] for i in touched(user))]}

    def topics(user: User) -> set[str]:
        return {topic for repository in user.repositories for topic in repository.topics}

    assert 2.2 < lift(lambda user: FAVOURITE_LANGUAGE in languages(user)) < 4
    assert 2.2 < lift(lambda user: FAVOURITE_TOPIC in topics(user)) < 4.5
    assert lift(lambda user: "Python" in languages(user)) < 1.6


def test_watching_and_unwatching_show_in_list_and_count(small: Community) -> None:
    project = small.projects[0]
    user = someone(small, lambda user: user.id not in project.watchers)
    before = project.watcher_count
    small.watch(project, user)
    small.watch(project, user)
    assert project.watchers == sorted(project.watchers)
    assert project.watcher_count == before + 1
    small.unwatch(project, user)
    assert (project.watcher_count, user.id in project.watchers) == (before, False)


def test_a_second_fork_gets_another_name_and_goes_with_its_owner(small: Community) -> None:
    project, user = small.projects[0], someone(small, lambda user: not user.repositories)
    before = project.fork_count
    first, second = small.fork(project, user, NOW), small.fork(project, user, NOW + timedelta(days=1))
    assert [first.name, second.name] == ["beacon", "beacon-1"]
    assert project.forks[-2:] == user.repositories == [first, second]
    assert project.fork_count == before + 2
    small.delete_account(user)
    assert project.fork_count == before


def test_a_merge_makes_its_author_a_contributor_in_the_right_place(small: Community) -> None:
    project = small.projects[0]
    known = {contributor.user_id for contributor in project.contributors}
    user = someone(small, lambda user: user.id not in known)
    pull = small.open_pull_request(project, user, NOW)
    assert small.node(pull.id) is pull
    small.merge(pull, NOW + timedelta(days=1), commits=10_000)
    assert (pull.state, pull.merged_at) == ("MERGED", pull.updated_at)
    assert (project.contributors[0].user_id, project.contributors[0].contributions) == (user.id, 10_000)
    assert project.pull_requests.updated[-1] is pull
    small.contribute(project, user, 5)
    assert project.contributors[0].contributions == 10_005
    assert user.contributed[project.id] >= {"PULL_REQUEST", "COMMIT"}


def test_an_answer_updates_its_thread_unless_it_is_older_than_the_last(small: Community) -> None:
    project, user = small.projects[0], small.viewer
    oldest = project.issues.updated[0]
    small.comment(oldest, user, NOW)
    assert (project.issues.updated[-1], oldest.updated_at) == (oldest, NOW)
    late = small.comment(oldest, user, oldest.created_at)
    assert oldest.updated_at == NOW
    assert late in oldest.comments
    assert oldest.comments == sorted(oldest.comments, key=by_creation)
    pull = small.open_pull_request(project, user, NOW)
    small.review(pull, user, NOW + timedelta(hours=1), "APPROVED")
    assert pull.updated_at == NOW + timedelta(hours=1)


def test_even_a_community_of_one_has_threads_answers_and_contributors() -> None:
    lonely = roles(Community.generate(1))
    assert {role for role, deeds in lonely.items() if not deeds} <= {"forkers"}


def test_machines_may_act_without_a_list_of_what_they_did(small: Community) -> None:
    app: Account = next(account for account in small.accounts.values() if isinstance(account, Bot))
    issue = small.open_issue(small.projects[0], app, NOW)
    assert small.comment(issue, app, NOW).author_id == app.id


def test_two_thousand_people_take_under_two_and_a_half_seconds_of_cpu() -> None:
    start = time.process_time()
    Community.generate(2_000)
    assert time.process_time() - start < 2.5
