"""Commands that read the published file: top, explain, companies, countries, creators, export."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from community_assets.cli.terminal import (
    AsCsv,
    AsJson,
    ExitCode,
    Format,
    Limit,
    Row,
    chosen_format,
    configured_paths,
    note,
    reading_errors,
    say,
    write,
    write_json,
)
from community_assets.settings import Paths

HERO_COLUMNS = ("rank", "login", "name", "company", "place", "followers", "score", "why")
CREATOR_TABLE = (
    "rank",
    "creator",
    "type",
    "github_login",
    "company",
    "artifacts",
    "downloads",
    "stars",
    "contributors",
    "new_30_days",
    "verified",
)
COUNTRY_COLUMNS = ("country", "country_code", "people", "cities", "companies", "heroes_in_top_100", "best_rank")


class Stage(StrEnum):
    """Stages of expansion within a company."""

    SINGLE_USER = "single user"
    SEVERAL = "several"
    TEAM = "team"
    CHAMPION_LED = "champion-led"


class Figure(StrEnum):
    """What creators of artifacts are ranked by."""

    DOWNLOADS = "downloads"
    STARS = "stars"
    ARTIFACTS = "artifacts"
    CONTRIBUTORS = "contributors"


class ExportFormat(StrEnum):
    """Formats of exported files."""

    PARQUET = "parquet"
    CSV = "csv"


def top(
    limit: Limit = 10,
    without_stars: Annotated[bool, typer.Option("--without-stars", help="Rank as if nobody had starred.")] = False,
    with_suspicious: Annotated[
        bool, typer.Option("--with-suspicious", help="Rank as if nobody were suspicious.")
    ] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Show the top heroes, companies and countries; JSON and CSV hold the heroes only."""
    form = chosen_format(as_json, as_csv)
    if without_stars and with_suspicious:
        raise typer.BadParameter("choose one of --without-stars and --with-suspicious")
    show_top(configured_paths(), limit, without_stars, with_suspicious, form)


def show_top(
    paths: Paths,
    limit: int = 10,
    without_stars: bool = False,
    with_suspicious: bool = False,
    form: Format = Format.TABLE,
) -> None:
    """Write the top heroes; tables of companies and countries follow a table."""
    from community_assets.publishing import reading

    title, ranking = "Heroes", reading.Ranking.RANKED
    if without_stars:
        title, ranking = "Heroes, stars left out", reading.Ranking.WITHOUT_STARS
    if with_suspicious:
        title, ranking = "Heroes, suspicious people among them", reading.Ranking.WITH_SUSPICIOUS
    with reading_errors():
        write(title, reading.heroes(paths, limit, ranking), HERO_COLUMNS, form, elastic="why")
        if form is Format.TABLE:
            companies = reading.companies(paths, limit)
            write("Companies", companies, ("company", "members", "followers", "countries"), form)
            write("Countries", reading.countries(paths, limit), ("country", "people", "cities"), form)


def companies(
    limit: Limit = 10,
    stage: Annotated[Stage | None, typer.Option(help="Only companies of this stage of expansion.")] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Show the companies with most members: stage, growth, best rank and what their people do."""
    from community_assets.publishing import reading

    form = chosen_format(as_json, as_csv)
    with reading_errors():
        rows = reading.companies(configured_paths(), limit, stage)
    if form is Format.TABLE:
        rows = [{**row, "roles": _roles(row)} for row in rows]
        columns = ("company", "stage", "members", "new_30_days", "new_90_days", "best_rank", "roles")
        write("Companies", rows, columns, form, elastic="roles")
    else:
        write("Companies", rows, reading.COMPANY_COLUMNS, form)


def _roles(company: Row) -> str:
    from community_assets.publishing.reading import ROLES

    return ", ".join(f"{company[role]:,} {role.replace('_', ' ')}" for role in ROLES if company[role])


def creators(
    limit: Limit = 10,
    by: Annotated[Figure, typer.Option(help="What they are ranked by.")] = Figure.DOWNLOADS,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Show who creates the Terraform modules, providers and packages that others build on."""
    from community_assets.publishing import reading

    form = chosen_format(as_json, as_csv)
    with reading_errors():
        rows = reading.creators(configured_paths(), limit, by)
    if form is Format.TABLE:
        shown = [
            {
                **row,
                "rank": row[f"rank_by_{by}"],
                "new_30_days": row["downloads_growth_30_days"],
                "verified": "official" if row["is_official"] else "verified" if row["is_verified"] else None,
            }
            for row in rows
        ]
        write(f"Creators by {by}", shown, CREATOR_TABLE, form, elastic="company")
    else:
        write("Creators", rows, reading.CREATOR_COLUMNS, form)


def countries(limit: Limit = 10, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """Show the countries with most people: cities, companies and heroes in the top 100."""
    from community_assets.publishing import reading

    form = chosen_format(as_json, as_csv)
    with reading_errors():
        rows = reading.countries(configured_paths(), limit)
    write("Countries", rows, COUNTRY_COLUMNS, form)


def explain(
    login: Annotated[str, typer.Argument(help="Login on GitHub, or platform:login, in any letter case.")],
    contact_points: Annotated[bool, typer.Option("--contact-points", help="Show addresses too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Explain who somebody is, by which accounts, where each point of the score comes from, and what is not known."""
    from community_assets.cli.explaining import show
    from community_assets.publishing.explanation import explanation

    paths = configured_paths()
    asked_for = login.removeprefix("@").encode("utf-8", "replace").decode()  # an argument may be any bytes
    with reading_errors():
        person = explanation(paths, asked_for, contact_points)
    if person["components"] and abs(sum(c["points"] for c in person["components"]) - person["score"]) > 0.001:
        note("The weights in dbt_project.yml are not those of the published score; run `heroes refresh`.")
    if as_json:
        write_json([person])
    else:
        show(person)


def _published_marts(incomplete: str) -> list[str]:
    from community_assets.publishing.exports import mart_names
    from community_assets.publishing.reading import PublishedFileError
    from community_assets.settings import ConfigurationError, load_settings

    try:
        return [name for name in mart_names(load_settings().paths) if name.startswith(incomplete)]
    except (ConfigurationError, PublishedFileError):
        return []


def export(
    marts: Annotated[
        list[str] | None, typer.Argument(help="Marts to write; all by default.", autocompletion=_published_marts)
    ] = None,
    form: Annotated[ExportFormat, typer.Option("--format", help="Format of the files.")] = ExportFormat.PARQUET,
    output: Annotated[
        Path | None, typer.Option(help="Folder to write to, instead of `exports` in the data directory.")
    ] = None,
    contact_points: Annotated[
        bool, typer.Option("--contact-points", help="Write addresses too. A star is no consent to be mailed.")
    ] = False,
) -> None:
    """Write marts of the published file as files, each replaced whole; without addresses unless asked for."""
    from community_assets.publishing import exports

    paths, names = configured_paths(), marts or []
    try:
        with reading_errors():
            for written in exports.export_marts(paths, names, form.value, output or paths.exports, contact_points):
                say(str(written.path))
                note(f"{written.mart}: {written.rows:,} rows")
    except exports.UnknownMartError as error:
        note(str(error))
        raise typer.Exit(ExitCode.WRONG_USAGE) from None
    except OSError as error:
        note(f"{output or paths.exports} cannot be written: {error}")
        raise typer.Exit(ExitCode.FAILED) from None
    if not contact_points and (left_out := exports.withheld(names)):
        note(f"left out without --contact-points: {', '.join(left_out)}")
