"""The made-up community: the same for a seed, shaped like a real one, and meaning nobody."""

import base64
import re
from collections import Counter
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from community_assets.sandbox import Community
from community_assets.sandbox.community import by_time
from community_assets.sandbox.entities import Bot, Mannequin, User, node_id
from community_assets.sandbox.people import NOW
from community_assets.sandbox.vocabulary import HOSTILE

RESERVED = (".example", ".example.com", ".example.org", ".example.net")


def users(community: Community) -> list[User]:
    return [account for account in community.accounts.values() if isinstance(account, User)]


def starred(community: Community) -> Counter[str]:
    return Counter(star.user_id for project in community.projects for star in project.stars)


def test_a_seed_gives_the_same_community_and_another_seed_another_one() -> None:
    assert Community.generate(80, seed=1) == Community.generate(80, seed=1)
    assert Community.generate(80, seed=1) != Community.generate(80, seed=2)


def test_everybody_is_a_stargazer_and_the_projects_share_them(community: Community) -> None:
    stars = starred(community)
    assert len(users(community)) == 1_000
    assert all(user.id in stars for user in users(community))
    assert 2 <= len(community.projects) <= 3
    assert sum(count > 1 for count in stars.values()) > 200


def test_followers_and_stars_have_a_heavy_tail(community: Community) -> None:
    for numbers in (
        sorted(user.followers for user in users(community)),
        sorted(sum(r.stargazer_count for r in user.repositories) for user in users(community)),
    ):
        assert sum(numbers[-50:]) > 0.4 * sum(numbers)
        assert numbers[len(numbers) // 2] < 20


def test_about_half_tell_a_company_and_two_thirds_a_location(community: Community) -> None:
    everybody = users(community)
    assert 0.42 < sum(user.company is not None for user in everybody) / len(everybody) < 0.56
    assert 0.58 < sum(user.location is not None for user in everybody) / len(everybody) < 0.72


def test_colleagues_type_their_employer_in_different_ways(community: Community) -> None:
    typed = Counter(user.company for user in users(community) if user.company and "acme" in user.company.lower())
    assert sum(typed.values()) >= 20
    assert {"@acme", "Acme"} < set(typed)
    assert len(typed) >= 6
    clusters = Counter(o.login for user in users(community) for o in user.organizations if user.company)
    assert sum(count >= 3 for count in clusters.values()) >= 3


def test_some_accounts_are_bots_ghosts_or_gone(community: Community) -> None:
    listed = set(starred(community))
    assert any(user.login.endswith("-bot") for user in users(community))
    assert listed & set(community.ghosts)
    assert listed - set(community.ghosts) - set(community.accounts)
    assert {Bot, Mannequin} < {type(account) for account in community.accounts.values()}


def test_a_login_that_fell_free_is_taken_by_somebody_else(community: Community) -> None:
    holders = {user.login: user for user in users(community)}
    reused = [former for user in users(community) for former in user.former_logins if former in holders]
    assert reused
    assert all(login not in holders[login].former_logins for login in reused)


def test_logins_are_unique_and_of_githubs_form(community: Community) -> None:
    logins = [account.login.lower() for account in community.accounts.values()]
    assert len(logins) == len(set(logins))
    form = re.compile(r"(?=.{1,39}$)[a-z0-9]+(-[a-z0-9]+)*")
    assert [login for login in logins if not form.fullmatch(login.removesuffix("[bot]"))] == []


def test_node_ids_are_of_githubs_form() -> None:
    assert base64.urlsafe_b64decode(node_id("U", 258)[2:] + "==") == b"\x92\x00\xce\x00\x00\x01\x02"


def test_ids_fit_graphql_integers_and_follow_the_age_of_accounts(community: Community) -> None:
    accounts = sorted(users(community), key=lambda user: user.created_at)
    assert [a.database_id for a in accounts] == sorted(a.database_id for a in accounts)
    assert accounts[-1].database_id < 2**31


def test_nothing_happens_before_its_time(community: Community) -> None:
    for project in community.projects:
        assert project.stars == sorted(project.stars, key=by_time)
        assert project.created_at < project.stars[0].starred_at
        assert 2 < (NOW - project.stars[-1].starred_at).days < 10
    for project in community.projects:
        for star in project.stars:
            account = community.listed(star.user_id)
            assert account is None or account.created_at <= star.starred_at


def test_hostile_strings_are_planted(community: Community) -> None:
    for attribute in ("name", "bio", "company"):
        assert set(HOSTILE) <= {getattr(user, attribute) for user in users(community)}


def test_every_mail_and_web_address_is_of_a_reserved_domain(community: Community) -> None:
    texts = [
        text for account in [*community.accounts.values(), *community.ghosts.values()] for text in texts_of(account)
    ]
    hosts = [host for text in texts if text not in HOSTILE for host in hosts_of(text)]
    assert len(hosts) > 1_000
    assert [host for host in hosts if not f".{host}".endswith(RESERVED)] == []


def texts_of(record: object) -> list[str]:
    values = [getattr(record, field.name) for field in fields(record) if field.name != "owner"]  # type: ignore[arg-type]
    values += [getattr(record, "url", None), getattr(record, "avatar_url", None)]
    parts = [part for value in values if isinstance(value, list) for part in value if is_dataclass(part)]
    return [v for v in values if isinstance(v, str)] + [text for part in parts for text in texts_of(part)]


def hosts_of(text: str) -> list[str]:
    return re.findall(r"https?://([^/\s:]+)", text) + re.findall(r"[\w.-]+@([\w-]+\.[\w.-]+)", text)


def write_csv(path: Path, column: str, values: list[str]) -> Path:
    path.write_text("id," + column + "\n" + "".join(f'{n},"{value}"\n' for n, value in enumerate(values)), "utf-8")
    return path


def test_strings_of_a_file_are_all_used_and_nothing_else_is(tmp_path: Path) -> None:
    companies = [f"company, no. {n} é" for n in range(90)]
    locations = [f"town {n}" for n in range(140)]
    plain = Community.generate(150, seed=5)
    filled = Community.generate(
        150,
        seed=5,
        companies_csv=write_csv(tmp_path / "c.csv", "company", [*companies, companies[0], ""]),
        locations_csv=write_csv(tmp_path / "l.csv", "location", locations),
    )
    assert {user.company for user in users(filled)} == {*companies, None}
    assert {user.location for user in users(filled)} == {*locations, None}
    assert [u.followers for u in users(plain)] == [u.followers for u in users(filled)]


def test_more_strings_than_people_are_a_sample(tmp_path: Path) -> None:
    companies = [f"company {n}" for n in range(500)]
    filled = Community.generate(100, companies_csv=write_csv(tmp_path / "c.csv", "company", companies))
    assert 40 < len({user.company for user in users(filled)} & set(companies)) < 60


@pytest.mark.parametrize("content", ["", "name\nAcme\n", "company\n\n"])
def test_a_file_without_the_column_or_values_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "companies.csv"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"companies\.csv: expected .*'company'"):
        Community.generate(20, companies_csv=path)


def test_a_community_has_people() -> None:
    with pytest.raises(ValueError, match="at least one person"):
        Community.generate(0)
    assert len(users(Community.generate(1))) == 1


def test_edits_keep_ids_order_and_lookups_right(small: Community) -> None:
    project, user = small.projects[0], users(small)[3]
    old_login, old_id = user.login, user.id
    assert small.account(old_login) is user
    small.rename_account(user, "somebody-new")
    assert small.account(old_login) is None
    assert small.account("Somebody-New") is user
    assert user.id == old_id

    small.unstar(project, user)
    assert all(star.user_id != user.id for star in project.stars)
    small.star(project, user, project.stars[4].starred_at)
    assert project.stars == sorted(project.stars, key=by_time)

    small.delete_account(user)
    assert small.account("somebody-new") is None
    assert small.node(user.id) is None
    assert small.listed(user.id) is user


def test_a_renamed_project_is_found_by_both_names(small: Community) -> None:
    project = small.projects[1]
    before = project.name_with_owner
    small.rename_repository(project, "lighthouse")
    assert small.repository("Beacon-Example/Lighthouse") is project
    assert small.repository(before) is project
    assert small.repository(before, follow_renames=False) is None
    assert small.repositories[1] == "beacon-example/lighthouse"


def test_the_projects_are_the_organizations(community: Community) -> None:
    assert community.accounts[community.organization.id] is community.organization
    assert community.organization.repositories == community.projects
