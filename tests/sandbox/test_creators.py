"""Planted creators: what comes out of them is known, and nothing else changes because of them."""

from collections import Counter

import pytest

from community_assets.sandbox import Community
from community_assets.sandbox.creators import Creators
from tests.sandbox.client import get


@pytest.mark.parametrize("people", [1, 3, 60])
def test_creators_are_the_same_each_time_whatever_the_size(people: int) -> None:
    community = Community.generate(people, seed=3)
    assert community.creators == Community.generate(people, seed=3).creators
    assert community.creators.namespaces
    assert len(community.creators.packages) > 60


def test_namespaces_have_their_planted_ranks(small: Community) -> None:
    creators, downloads = small.creators, Counter[str]()
    for artifact in [*creators.modules, *creators.providers]:
        downloads[artifact.namespace.lower()] += artifact.downloads
    pool = list(dict.fromkeys(repository.owner.login for repository in small.ecosystem))[:3]
    maker = creators.maker
    assert maker
    expected = [small.organization.login, *pool, maker.login, creators.namesake, "platform-example"]
    assert [namespace for namespace, _ in downloads.most_common()] == expected


def test_the_maker_is_one_person_in_three_places(small: Community) -> None:
    creators = small.creators
    maker = creators.maker
    assert maker
    assert maker.email
    assert maker.login in {module.namespace for module in creators.modules}
    assert maker.login in creators.users
    addresses = [m.email.lower() for package in creators.packages for m in package.maintainers]
    assert addresses.count(maker.email.lower()) > 1


def test_github_tells_who_contributes_to_the_sources(small: Community) -> None:
    from community_assets.sandbox import serve

    repository = small.ecosystem[0]
    names = [f"{repository.owner.login}/{r.name}" for r in repository.owner.repositories]
    with serve(small) as sandbox:
        shown = [get(sandbox, f"/repos/{name}/contributors?anon=1").json() for name in names]
    planted = [small.creators.contributors.get(r.id, []) for r in repository.owner.repositories]
    assert [[row["contributions"] for row in rows] for rows in shown] == [[c.contributions for c in p] for p in planted]
    assert any(shown)


def test_a_community_without_creators_has_no_artifacts() -> None:
    assert Creators().namespaces == Creators().organizations == Creators().users == []
