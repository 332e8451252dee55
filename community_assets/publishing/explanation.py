"""An explanation: everything published about one person, and how the score comes about.

What belongs here: what is asked of the published file for `heroes explain`, and what stays unknown. The score itself is
computed in the dbt project; its weights are variables there and are no part of the published file.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

import duckdb

from community_assets.publishing.linking import find_account
from community_assets.publishing.reading import PublishedFileError, Row, published, rows
from community_assets.settings import Paths
from community_assets.variables import dbt_variables

COMPONENTS = ("reach", "activity", "engagement", "authority", "network")
_ADDRESSES = ("linked_account", "address")


class UnknownLoginError(PublishedFileError):
    """Nobody published has this login."""


def explanation(paths: Paths, login: str, contact_points: bool = False) -> Row:
    """Tell about the person of a login.

    Args:
        paths: where the published file lives.
        login: on GitHub, or `platform:login`, in any letter case.
        contact_points: whether addresses are part of it.

    Returns:
        Columns of `people` and `heroes`, and lists: `components` of the score (none for bots and suspicious people),
        `accounts` with what links each to the others, `doubtful_links`, `interactions` by kind, `links` that the
        profiles claim, `contact_points` and, as sentences, what is `unknown`.

    Raises:
        UnknownLoginError: nobody has this login; the message names those that come near.
        PublishedFileError: the published file cannot be read, or lacks something.
    """
    with published(paths) as db:
        person = rows(db, _PERSON, _person_id(db, login))[0]
        lists = {name: rows(db, query, person["person_id"]) for name, query in _LISTS.items()}
        hidden = [row["name_with_owner"] for row in rows(db, _HIDDEN_STARS)]
    unknown = list(_unknown(person, lists, hidden))
    if not contact_points:
        for row in (*lists["links"], *lists["contact_points"]):
            for name in _ADDRESSES:
                row.pop(name, None)
    figures = {name: person.pop(name) for component in COMPONENTS for name in (component, f"{component}_percentile")}
    components = _components(figures) if person["rank"] else []
    return {**person, "components": components, **lists, "unknown": unknown}


def weights() -> dict[str, float]:
    """The weight of each component of the score, 0 to 1, as dbt's variables say.

    Raises:
        PublishedFileError: the dbt project knows no such weight, so it is not the one that the file was built by.
    """
    variables = dbt_variables()
    try:
        return {component: float(variables[f"weight_{component}"]) for component in COMPONENTS}
    except KeyError as error:
        raise PublishedFileError(f"dbt_project.yml has no variable {error}: it is of another version") from None


def _components(figures: Mapping[str, float]) -> list[Row]:
    return [
        {
            "component": component,
            "figure": figures[component],
            "percentile": figures[f"{component}_percentile"],
            "weight": weight,
            "points": 100 * weight * figures[f"{component}_percentile"],
        }
        for component, weight in weights().items()
    ]


def _person_id(db: duckdb.DuckDBPyConnection, login: str) -> str:
    if ":" in login:
        return find_account(db, login).person_id
    people = rows(db, _PERSON_OF_LOGIN, login)
    if not people:
        raise UnknownLoginError(_unknown_login(db, login))
    person_id: str = people[0]["person_id"]
    return person_id


def _unknown_login(db: duckdb.DuckDBPyConnection, login: str) -> str:
    query = "select github_login from people where github_login is not null"
    logins = {row["github_login"].lower(): row["github_login"] for row in rows(db, query)}
    near = [logins[match] for match in get_close_matches(login.lower(), logins, n=5)]
    hint = f"did you mean {', '.join(near)}?" if near else "nobody has a login like it"
    return f"{login}: nobody of this login was seen; {hint}"


def _unknown(person: Row, lists: Mapping[str, list[Row]], hidden: list[str]) -> Iterator[str]:
    """What a reader might look for in vain, and why."""
    if person["followers"] is None and not person["is_bot"]:
        yield "followers and repositories: the profile has not been loaded, or the account is gone"
    for what, resolved in (("company", "company_id"), ("location", "country_code")):
        if person[resolved] is not None:
            continue
        if person[what] is None:
            yield f"{what}: the profile names none"
        else:
            yield f"{what}: {person[what]!r} was not recognised"
    if not any(row["channel"] == "email" for row in lists["contact_points"]):
        yield "e-mail address: the profile publishes none"
    if person["suspicion"] is None and not person["is_bot"]:
        yield "suspicion: no profile is known"
    if timeless := [row["kind"] for row in lists["interactions"] if row["first_at"] is None]:
        yield f"time of {' and '.join(timeless)}: GitHub tells none"
    if hidden:
        yield f"stars given to {', '.join(hidden)}: GitHub does not list them to the token"


_PERSON = """
    select coalesce(p.github_login, a.platform || ':' || coalesce(a.login, a.account_id)) as login,
           p.display_name as name, p.person_id, p.is_bot, p.bot_reason,
           p.suspicion, p.suspicion_reasons, p.is_suspicious,
           p.company, p.company_id, p.company_name, p.company_method, p.company_confidence,
           p.location, p.city, p.region, p.country_code, c.country_name, p.place_precision, p.place_confidence,
           p.followers, p.public_repos, p.own_repo_stars, h.h_index, p.account_created_at, p.first_seen_at,
           p.last_seen_at, h.rank, h.rank_without_stars, (select count(*) from heroes) as heroes,
           coalesce(h.rank_with_suspicious, s.rank_with_suspicious) as rank_with_suspicious,
           h.score, h.score_without_stars,
           coalesce(h.score_with_suspicious, s.score_with_suspicious) as score_with_suspicious, h.why,
           h.reach, h.activity, h.engagement, h.authority, h.network,
           h.reach_percentile, h.activity_percentile, h.engagement_percentile, h.authority_percentile,
           h.network_percentile
    from people p
    join accounts a on p.person_id = a.person_id and a.account_rank = 1
    left join heroes h on p.person_id = h.person_id
    left join suspicious_people s on p.person_id = s.person_id
    left join countries c using (country_code)
    where p.person_id = ?
"""
_PERSON_OF_LOGIN = """
    select person_id from people where lower(github_login) = lower(?) order by last_seen_at desc nulls last limit 1
"""
_LISTS = {
    "accounts": """
        select a.platform, coalesce(a.login, a.account_id) as account,
               arg_max(l.linked_platform || ':' || l.linked_account, l.confidence) as linked_to,
               arg_max(l.evidence, l.confidence) as evidence, max(l.confidence) as confidence
        from accounts a
        left join (
            select l.*, other.account_rank as linked_rank
            from identity_links l join accounts other
                on l.linked_platform = other.platform and l.linked_account_id = other.account_id
            where l.status = 'linked' and l.person_id = other.person_id
        ) l on a.platform = l.platform and a.account_id = l.account_id and l.linked_rank < a.account_rank
        where a.person_id = ? group by a.platform, a.account_id, a.login, a.account_rank order by a.account_rank
    """,
    "doubtful_links": """
        select platform || ':' || coalesce(login, account_id) as account,
               linked_platform || ':' || coalesce(linked_login, linked_account_id) as linked_to,
               evidence, confidence, reason
        from identity_review where ? in (person_id, linked_person_id) order by confidence desc, account, linked_to
    """,
    "interactions": """
        select kind, count(*) - count(ended_at) as times, count(ended_at) as taken_back,
               count(distinct case when ended_at is null then target_id end) as targets,
               min(happened_at) as first_at, max(happened_at) as last_at
        from interactions where person_id = ? group by kind order by times desc, kind
    """,
    "links": """
        select linked_platform as platform, linked_account, evidence, confidence
        from identity_links where person_id = ? and status = 'claimed' order by platform, evidence, linked_account
    """,
    "contact_points": """
        select channel, address, consent, published_at
        from contact_points where person_id = ? order by channel, address
    """,
}
_HIDDEN_STARS = "select name_with_owner from star_coverage where tier <> 'listed' order by name_with_owner"
