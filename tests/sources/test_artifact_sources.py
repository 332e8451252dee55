"""Contributors of artifacts' repositories: what is asked, what it costs, and that they stay apart."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from community_assets.sandbox import Faults
from community_assets.sandbox.people import NOW
from tests.loading import Rig

TABLES = ["artifact_repositories", "artifact_contributors", "users"]
LISTED = "select distinct repository_id, user_id, contributions from raw.artifact_contributors order by all"
MISSING = "platform-example/nobody-has-this-repository"


@pytest.fixture
def rig(rig_of: Callable[..., Rig]) -> Rig:
    return rig_of(60)


def planted(rig: Rig) -> tuple[list[str], list[tuple[str, str, int]]]:
    """Names of the repositories that are sources of artifacts, and who GitHub shows to contribute to them."""
    community = rig.sandbox.community
    accounts = [account for account in community.accounts.values() if hasattr(account, "repositories")]
    repositories = {r.id: r.name_with_owner.lower() for account in accounts for r in account.repositories}
    contributors = community.creators.contributors
    expected = {
        (repository, c.user_id, c.contributions)
        for repository, listed in contributors.items()
        for c in listed
        if c.user_id in community.accounts
    }
    return [repositories[repository] for repository in contributors], sorted(expected)


def test_contributors_are_listed_with_the_owners_and_the_missing_are_said(rig: Rig) -> None:
    names, expected = planted(rig)
    own = rig.sandbox.community.repositories[0].lower()
    attempt = rig.load(TABLES, artifact_repositories=[*names, own, MISSING])
    assert (attempt.outcome, attempt.message) == ("complete", None)
    assert rig.rows(LISTED) == expected
    described = rig.rows("select source_repository, is_found, owner_type, owner_id from raw.artifact_repositories")
    assert (MISSING, False, None, None) in described
    assert {name for name, is_found, *_ in described if is_found} == {*names, own}
    owners = {owner for *_, owner in described if owner}
    assert {"Organization", "User"} == {kind for _, _, kind, _ in described if kind}
    # Of all who were seen, profiles of the owners alone are asked for.
    assert {user for (user,) in rig.rows("select user_id from raw.users")} == owners


def test_what_was_not_pushed_to_is_asked_for_once_in_a_month(rig: Rig) -> None:
    names, expected = planted(rig)
    rig.load(TABLES, artifact_repositories=names)
    asked = rig.asked()
    again = rig.load(TABLES, artifact_repositories=names)
    assert (again.points, [info.path for info in asked]) == (1, ["/graphql"])
    pushed = next(r for r in rig.sandbox.community.ecosystem if r.name_with_owner.lower() in names)
    pushed.pushed_at = NOW + timedelta(days=1)
    asked.clear()
    rig.load(TABLES, artifact_repositories=names)
    assert [info.path for info in asked] == ["/graphql", f"/repos/{pushed.name_with_owner}/contributors"]
    rig.time.sleep(timedelta(days=31).total_seconds())
    asked.clear()
    rig.load(TABLES[:2], artifact_repositories=names)
    assert len(asked) == 1 + len(names)
    assert rig.rows(LISTED) == expected


def test_lists_stop_at_their_budget_and_go_on_with_the_next_load(rig: Rig) -> None:
    names, expected = planted(rig)
    options: dict[str, Any] = {"artifact_repositories": names, "artifact_budget": len(names) - 2, "at_once": 1}
    first, second = (rig.load(TABLES[:2], **options) for _ in range(2))
    said = "the budget is spent, the next load goes on with contributors of artifacts' repositories (2)"
    assert (first.outcome, first.message) == ("paused", said)
    assert (second.outcome, second.requests) == ("complete", 3)
    assert rig.rows(LISTED) == expected


def test_a_spent_point_budget_leaves_repositories_for_the_next_load(rig: Rig) -> None:
    names, _ = planted(rig)
    attempt = rig.load(TABLES[:2], artifact_repositories=names, points_budget=0)
    assert attempt.outcome == "paused"
    assert f"artifacts' repositories ({len(names)})" in (attempt.message or "")


@pytest.mark.parametrize(("status", "reason"), [(451, "Repository access blocked"), (404, None)])
def test_a_repository_that_github_does_not_show_is_said_and_costs_nothing_else(
    rig: Rig, status: int, reason: str | None
) -> None:
    names, expected = planted(rig)
    rig.sandbox.gone[names[0]] = status
    attempt = rig.load(TABLES[:2], artifact_repositories=names)
    assert attempt.outcome == "complete"
    hidden = rig.rows("select source_repository, refusal from raw.artifact_repositories where not is_found")
    assert hidden == [(names[0], reason)]
    assert 0 < len(rig.rows(LISTED)) < len(expected)


def test_lists_that_are_too_large_are_noted(rig: Rig) -> None:
    names, _ = planted(rig)
    rig.sandbox.contributors = "too large"
    attempt = rig.load(TABLES[:2], artifact_repositories=names)
    assert attempt.outcome == "complete"
    assert (attempt.message or "").count("too large to list contributors") == len(names)
    assert rig.rows(LISTED) == []


def test_transient_faults_change_nothing(rig: Rig) -> None:
    names, expected = planted(rig)
    rig.sandbox.faults = Faults(seed=3, share=0.3)
    attempt = rig.load(TABLES[:2], artifact_repositories=names, pages_per_chunk=4)
    assert rig.sandbox.faults.served
    assert attempt.outcome == "complete"
    assert rig.rows(LISTED) == expected


def test_a_load_without_artifacts_asks_for_none(rig: Rig) -> None:
    asked = rig.asked()
    assert rig.load(TABLES[:2]).rows_loaded == 0
    assert asked == []
