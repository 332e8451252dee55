"""Profiles: each person once, whatever they do; the base profile of everybody, deep ones of some.

What belongs here: who is due, and the batches. What a profile becomes is said in `rows.py`.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import dlt
import pyarrow as pa
from dlt import Pipeline

from community_assets.sources.github import rows, schemas

if TYPE_CHECKING:
    from community_assets.sources.github.source import GithubLoad

# GitHub charges 1 point for 100 fetched connections, rounded: 37 profiles of four connections are 1.49.
PROFILES_PER_QUERY = 37
DEEP_PROFILES_PER_QUERY = 11
EDGES = ("stargazers", "watchers", "forks", "activities", "contributors")


def base_profiles(load: "GithubLoad") -> Iterator[pa.Table]:
    """Fetch the base profiles of people who are unknown or stale, at most one chunk of batches."""
    limit = PROFILES_PER_QUERY * load.pages_per_chunk
    due = [i for i in _people_due(dlt.current.pipeline(), load.stale_before) if i not in load.asked][:limit]
    for start in range(0, len(due), PROFILES_PER_QUERY):
        ids = due[start : start + PROFILES_PER_QUERY]
        shown = _ask(load, "profiles", ids)
        load.asked.update(ids)
        load.people += len(ids)
        observation = load.observation()
        yield load.batch([rows.user(i, node, observation) for i, node in shown], schemas.USERS)
        load.report("profiles")
    if len(due) < limit:
        load.finished.add(("users", ""))


def deep_profiles(load: "GithubLoad") -> Iterator[pa.Table]:
    """Fetch the deep profiles of heroes and of the sample that are unknown or stale, within their own budget."""
    spent_before = load.points
    due = _deep_profiles_due(dlt.current.pipeline(), load)
    for start in range(0, len(due), DEEP_PROFILES_PER_QUERY):
        if load.points - spent_before >= load.deep_profile_points:
            load.logger.info("deep profiles: %s wait for the next load", f"{len(due) - start:,}")
            break
        asked_for = dict(due[start : start + DEEP_PROFILES_PER_QUERY])
        observation = load.observation()
        shown = _ask(load, "deep_profiles", list(asked_for))
        found = [rows.deep_profile(node, asked_for[i], observation) for i, node in shown if node]
        yield load.batch(found, schemas.DEEP_PROFILES)
        load.report("deep profiles")
    load.finished.add(("deep_profiles", ""))


def _ask(load: "GithubLoad", query: str, ids: list[str]) -> list[tuple[str, dict[str, Any] | None]]:
    """Ids and nodes of one batch; null is an account that is gone, and one that GitHub refuses to show is left out."""
    nodes = load.client.query(query, ids=ids)["nodes"]
    refused = {path[1]: reason for path, reason in load.client.refused.items() if path[0] == "nodes"}
    if refused:
        load.failures[query.replace("_", " ")] = "; ".join(sorted(set(refused.values())))
    return [(i, node) for number, (i, node) in enumerate(zip(ids, nodes, strict=True)) if number not in refused]


def _people_due(pipeline: Pipeline, stale_before: datetime) -> list[str]:
    """Node ids of people who have an edge but no profile observed since `stale_before`, in a lasting order.

    A profile that an older release loaded lacks the newest repositories, by which activity is scored.
    """
    with pipeline.sql_client() as sql:
        edges = " union all ".join(f"select user_id from {sql.make_qualified_table_name(table)}" for table in EDGES)
        users = sql.make_qualified_table_name("users")
        found = sql.execute_sql(
            f"""
            select distinct user_id
            from ({edges})
            where user_id is not null and user_id not in (
                select user_id from {users}
                where observed_at >= %s and (recent_repositories is not null or not is_found)
            )
            order by user_id
            """,
            stale_before,
        )
    return [row[0] for row in found or ()]


def _deep_profiles_due(pipeline: Pipeline, load: "GithubLoad") -> list[tuple[str, dict[str, bool]]]:
    """Whose deep profile is due and why, heroes first.

    Heroes are those who stand highest by number of edges or by followers. The sample are the people whose ids have the
    smallest MD5: drawn without regard to what they do, and the same ones each time.
    """
    heroes, sample = load.deep_profile_heroes, load.deep_profile_sample
    with pipeline.sql_client() as sql:
        table = sql.make_qualified_table_name
        edges = " union all ".join(f"select user_id from {table(name)}" for name in EDGES)
        query = _DEEP_PROFILES_DUE.format(edges=edges, users=table("users"), deep_profiles=table("deep_profiles"))
        found = sql.execute_sql(query, heroes, sample, heroes, sample, load.stale_before, heroes)
    return [(user_id, {"is_hero": hero, "is_sampled": sampled}) for user_id, hero, sampled in found or ()]


_DEEP_PROFILES_DUE = """
    with people as (
        select user_id, arg_max(followers_count, observed_at) as followers
        from {users} group by user_id
        having arg_max(coalesce(account_type, ''), observed_at) = 'User'
    ),
    ranked as (
        select
            people.user_id,
            least(
                row_number() over (order by count(edges.user_id) desc, people.user_id),
                row_number() over (order by people.followers desc nulls last, people.user_id)
            ) as standing,
            row_number() over (order by md5(people.user_id)) as draw
        from people left join ({edges}) as edges using (user_id)
        group by people.user_id, people.followers
    ),
    drawn as (
        select user_id, row_number() over (order by standing, user_id) as place, draw from ranked
    )
    select user_id, place <= %s, draw <= %s
    from drawn
    where
        (place <= %s or draw <= %s)
        and user_id not in (select user_id from {deep_profiles} where observed_at >= %s)
    order by place > %s, place, draw
"""
