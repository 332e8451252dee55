"""Reading the published file: what `heroes` shows of it, as plain rows.

What belongs here: queries against `data/community.duckdb`, read-only, and why it could not be read. How rows look is
said in `cli/`; what the marts mean, in the dbt project.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

import duckdb

from community_assets.settings import Paths

Row = dict[str, Any]
ROLES = (
    "stargazers",
    "watchers",
    "forkers",
    "contributors",
    "issue_authors",
    "pull_request_authors",
    "commenters",
    "reviewers",
    "discussion_authors",
    "publishers",
)
COMPANY_COLUMNS = (
    "company",
    "stage",
    "company_id",
    "members",
    "new_30_days",
    "new_90_days",
    "best_rank",
    "heroes_in_top_100",
    "champions",
    "countries",
    "followers",
    *ROLES,
    "first_seen_at",
    "last_seen_at",
)
CREATOR_COLUMNS = (
    "creator",
    "type",
    "github_login",
    "company",
    "artifacts",
    "downloads",
    "downloads_month",
    "stars",
    "contributors",
    "is_verified",
    "is_official",
    "downloads_growth_30_days",
    "downloads_growth_90_days",
    "stars_growth_30_days",
    "stars_growth_90_days",
    "rank_by_downloads",
    "rank_by_stars",
    "rank_by_artifacts",
    "rank_by_contributors",
    "github_evidence",
    "github_confidence",
    "creator_id",
    "person_id",
    "last_released_at",
)


class PublishedFileError(Exception):
    """The published file does not give what is asked for; the message says what to do."""


@contextmanager
def published(paths: Paths) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the published file read-only; times come in UTC.

    Raises:
        PublishedFileError: it is not there, cannot be read, or lacks a table or column that the block asks for.
    """
    file = paths.community
    if not file.exists():
        raise PublishedFileError(f"{file}: no such file; run `heroes refresh` or `heroes demo` first")
    try:
        with duckdb.connect(file, read_only=True) as db:
            db.execute("set timezone = 'UTC'")
            db.execute("set python_enable_replacements = false")  # a missing table is no variable of ours
            yield db
    except (duckdb.BinderException, duckdb.CatalogException) as error:
        reason = str(error).splitlines()[0]
        raise PublishedFileError(f"{file} is of an older version ({reason}); run `heroes refresh`") from None
    except duckdb.Error as error:
        raise PublishedFileError(f"{file} cannot be read: {error}") from None


class Ranking(StrEnum):
    """The rankings of people, by the ends of their columns' names."""

    RANKED = ""
    WITHOUT_STARS = "_without_stars"
    WITH_SUSPICIOUS = "_with_suspicious"


_SUSPICIOUS_PEOPLE = """
    union all by name
    select person_id, rank_with_suspicious, score_with_suspicious,
           format('Suspicious ({:.2f}): {}.', suspicion, suspicion_reasons) as why
    from suspicious_people
"""


def heroes(paths: Paths, limit: int, ranking: Ranking = Ranking.RANKED) -> list[Row]:
    """The first people of a ranking, with the score that belongs to it."""
    others = _SUSPICIOUS_PEOPLE if ranking is Ranking.WITH_SUSPICIOUS else ""
    query = f"""
        select h.rank{ranking} as rank, p.github_login as login, p.display_name as name, p.company_name as company,
               nullif(concat_ws(', ', p.city, coalesce(c.country_name, p.country_code)), '') as place,
               p.followers, h.score{ranking} as score, h.why
        from (from heroes {others}) h join people p using (person_id) left join countries c using (country_code)
        order by h.rank{ranking} limit ?
    """
    return _read(paths, query, limit)


def companies(paths: Paths, limit: int, stage: str | None = None) -> list[Row]:
    """The companies with most members, all or those of one stage of expansion."""
    query = f"""
        select company_name as company, expansion_stage as stage, {", ".join(COMPANY_COLUMNS[2:])}
        from companies where ? is null or expansion_stage = ?
        order by members desc, followers desc, company_id limit ?
    """
    return _read(paths, query, stage, stage, limit)


def creators(paths: Paths, limit: int, by: str = "downloads") -> list[Row]:
    """The first creators of artifacts by their rank in downloads, stars, artifacts or contributors."""
    query = f"""
        select name as creator, creator_type as type, github_login, company_name as company,
               {", ".join(CREATOR_COLUMNS[4:])}
        from artifact_creators
        order by rank_by_{by} nulls last, artifacts desc, creator_id limit ?
    """
    return _read(paths, query, limit)


def countries(paths: Paths, limit: int) -> list[Row]:
    """The countries with most people."""
    query = """
        select country_name as country, country_code, people, cities, companies, heroes_in_top_100, best_rank
        from countries order by people desc, country_code limit ?
    """
    return _read(paths, query, limit)


def rows(db: duckdb.DuckDBPyConnection, query: str, *parameters: Any) -> list[Row]:
    """The rows of a query, by the names of their columns."""
    result = db.execute(query, parameters)
    names = [name for name, *_ in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _read(paths: Paths, query: str, *parameters: Any) -> list[Row]:
    with published(paths) as db:
        return rows(db, query, *parameters)
