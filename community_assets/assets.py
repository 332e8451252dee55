"""Assets between raw and published: dbt models, polars resolution, publication. Thin: each calls one function.

Everything upstream of resolution is one dbt build, everything downstream another; what lies between is polars.
Event metadata are counts and shares; no row of a person ever enters the event log.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl
from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    MaterializeResult,
    MetadataValue,
    Output,
    TableColumn,
    TableMetadataValue,
    TableRecord,
    TableSchema,
    asset,
    multi_asset,
)
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets

from community_assets.ingestion import OWNERS, Connector, ensure_raw, plain_failures
from community_assets.overrides import read_company_overrides, read_place_overrides
from community_assets.publishing import charts
from community_assets.publishing.snapshot import publish_marts
from community_assets.register import Register
from community_assets.resolution.bots import find_bots
from community_assets.resolution.company_tables import company_tables
from community_assets.resolution.identity import assign_person_ids, identity_links, linked_components
from community_assets.resolution.network import network_ranks
from community_assets.resolution.places import are_known_nowhere, first_places, named_places
from community_assets.resolution.suspicion import ONLOOKER_WEIGHT, counted_reasons, suspicions
from community_assets.resolution.text import clean
from community_assets.resources import DbtRunner, Warehouse
from community_assets.settings import Paths, ResolutionSection
from community_assets.variables import suspicion_threshold

PUBLISHED = AssetKey(["published", "community"])
WAREHOUSE_POOL = "warehouse"
_ACCOUNTS = AssetKey(["intermediate", "int_accounts"])
_ACCOUNT_HISTORY = AssetKey(["intermediate", "int_account_history"])
_EMPLOYER_CLAIMS = AssetKey(["intermediate", "int_employer_claims"])
_INTERACTIONS = AssetKey(["intermediate", "int_interactions"])
_IDENTITY_CLAIMS = AssetKey(["intermediate", "int_identity_claims"])
_IDENTITY_LINKS = AssetKey(["resolution", "identity_links"])
_PERSON_ACCOUNTS = AssetKey(["resolution", "person_accounts"])
_BOTS = AssetKey(["resolution", "bots"])
_SUSPICION = AssetKey(["resolution", "suspicion"])
_LISTED_BOTS = AssetKey(["reference", "bots"])
_PROFILES = (_ACCOUNTS, _ACCOUNT_HISTORY)
_WEIGHTS = AssetKey(["reference", "interaction_weights"])
COMPANY_TABLES = {
    "companies": "Each distinct company string of a profile, now or before, and the company that it names first.",
    "named_companies": "All companies that each of these strings names, past ones too.",
    "company_evidence": "Companies that e-mail domains, organizations, biographies and websites of profiles speak for.",
    "similar_companies": "Pairs of companies with names alike: one where a second fact agrees, else for review.",
    "company_details": "Sector and parent of each of these companies.",
}
_RESOLUTION_AND_DOWNSTREAM = "source:resolution+"
# Unit tests try the logic on made-up rows: they belong to the test suite, not to each refresh.
_NO_UNIT_TESTS = ["--exclude-resource-type", "unit_test"]


class ModelTranslator(DagsterDbtTranslator):
    """Keys `<schema>/<model>` and `<source>/<table>` are the integration's own; groups are `meta` of the models."""

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> AssetSpec:
        """The integration's spec with our owners."""
        return super().get_asset_spec(manifest, unique_id, project).replace_attributes(owners=OWNERS)


def model_assets(project: DbtProject, connectors: Sequence[Connector], paths: Paths) -> list[AssetsDefinition]:
    """The two dbt builds, each with its tests as asset checks."""
    common: dict[str, Any] = {
        "manifest": project.manifest_path,
        "project": project,
        "dagster_dbt_translator": ModelTranslator(),
        "pool": WAREHOUSE_POOL,
    }

    @dbt_assets(name="staging_models", exclude=_RESOLUTION_AND_DOWNSTREAM, **common)
    def staging(context: AssetExecutionContext, dbt: DbtRunner, warehouse: Warehouse) -> Iterator[Any]:
        with plain_failures("raw"):
            for connector in connectors:
                ensure_raw(connector, paths)
        # A test that also needs a mart belongs to the second build.
        yield from _with_row_counts(dbt.build(context, *_NO_UNIT_TESTS, "--indirect-selection", "cautious"), warehouse)

    @dbt_assets(name="mart_models", select=_RESOLUTION_AND_DOWNSTREAM, **common)
    def marts(context: AssetExecutionContext, dbt: DbtRunner, warehouse: Warehouse) -> Iterator[Any]:
        yield from _with_row_counts(dbt.build(context, *_NO_UNIT_TESTS), warehouse)

    return [staging, marts]


def _with_row_counts(events: Iterator[Any], warehouse: Warehouse) -> Iterator[Any]:
    """Add the row count of its table to each model's output."""
    rows: dict[str, int] = {}
    for event in events:
        if not isinstance(event, Output):
            yield event
            continue
        rows = rows or warehouse.row_counts()  # dbt has built everything when its first event comes
        yield event.with_metadata({**event.metadata, "dagster/row_count": rows[event.output_name]})


def resolution_assets(paths: Paths, section: ResolutionSection) -> list[AssetsDefinition]:
    """The tables of the warehouse's schema `resolution`."""
    return [*_computed_assets(section), *_account_assets(section), *_registered_assets(paths)]


def _resolution_asset(
    name: str, description: str, deps: Sequence[AssetKey] = (_ACCOUNTS,)
) -> Callable[[Callable[..., Any]], AssetsDefinition]:
    return asset(
        key=["resolution", name],
        deps=deps,
        description=description,
        group_name="resolution",
        owners=OWNERS,
        kinds={"polars", "duckdb"},
        pool=WAREHOUSE_POOL,
    )


def _computed_assets(section: ResolutionSection) -> list[AssetsDefinition]:
    """What is computed from the strings of profiles, and from what the user knows better."""

    @multi_asset(
        specs=[
            AssetSpec(
                ["resolution", name],
                deps=[_EMPLOYER_CLAIMS],
                description=description,
                group_name="resolution",
                owners=OWNERS,
                kinds={"polars", "duckdb"},
            )
            for name, description in COMPANY_TABLES.items()
        ],
        pool=WAREHOUSE_POOL,
    )
    def companies(warehouse: Warehouse) -> Iterator[MaterializeResult[Any]]:
        overrides = read_company_overrides(section.company_overrides)
        for name, table in company_tables(warehouse.read(EMPLOYER_CLAIMS), overrides).items():
            warehouse.replace_table("resolution", name, table)
            metadata = _company_coverage(warehouse, table) if name == "companies" else _shape_and_methods(table)
            yield MaterializeResult(asset_key=["resolution", name], metadata=metadata)

    @_resolution_asset(
        "places",
        "Each distinct location string of a profile, now or before, and the places that it names, in its order.",
        _PROFILES,
    )
    def places(warehouse: Warehouse) -> MaterializeResult[Any]:
        strings = _distinct(warehouse, "location")
        named = named_places(strings, overrides=read_place_overrides(section.place_overrides))
        warehouse.replace_table("resolution", "places", named)
        resolved = first_places(strings, named)
        return MaterializeResult(metadata=_coverage(warehouse, resolved, "country_code", are_known_nowhere(strings)))

    return [companies, places]


def _account_assets(section: ResolutionSection) -> list[AssetsDefinition]:
    """What is computed from accounts and interactions."""

    @_resolution_asset("bots", "Each account that is a bot, and how that is known.", [_ACCOUNTS, _LISTED_BOTS])
    def bots(warehouse: Warehouse) -> MaterializeResult[Any]:
        accounts, listed = (warehouse.read(f"from {_relation(key)}") for key in (_ACCOUNTS, _LISTED_BOTS))
        found = find_bots(accounts, listed, section.bots, section.not_bots)
        warehouse.replace_table("resolution", "bots", found)
        how = found["bot_reason"].str.extract(r"^([^:]*)").value_counts(sort=True)
        return MaterializeResult(metadata={**_shape(found), "reasons": dict(how.iter_rows())})

    @_resolution_asset(
        "suspicion",
        "How far each account that is no bot looks as if somebody had paid for its star, from 0 to 1, with reasons.",
        [_ACCOUNTS, _INTERACTIONS, _PERSON_ACCOUNTS, _BOTS],
    )
    def suspicion(warehouse: Warehouse) -> MaterializeResult[Any]:
        accounts, interactions = warehouse.read(JUDGED_ACCOUNTS), warehouse.read(JUDGED_INTERACTIONS)
        with plain_failures("suspicion"):
            threshold = suspicion_threshold()
        judged = suspicions(accounts, interactions, threshold, section.trusted)
        warehouse.replace_table("resolution", "suspicion", judged)
        return MaterializeResult(
            metadata={
                **_shape(judged),
                "judged": judged["suspicion"].count() / max(judged.height, 1),
                "suspicious": judged.filter("is_suspicious").height,
                "reasons": counted_reasons(judged),
                "reasons of suspicious accounts": counted_reasons(judged.filter("is_suspicious")),
            }
        )

    @_resolution_asset(
        "network",
        "How central each person is around our repositories: personalised PageRank, with and without stars.",
        [_INTERACTIONS, _WEIGHTS, _PERSON_ACCOUNTS, _BOTS, _SUSPICION],
    )
    def network(warehouse: Warehouse) -> MaterializeResult[Any]:
        ranks = network_ranks(warehouse.read(NETWORK_EDGES))
        warehouse.replace_table("resolution", "network", ranks)
        return MaterializeResult(metadata=_shape(ranks))

    return [bots, suspicion, network]


def _registered_assets(paths: Paths) -> list[AssetsDefinition]:
    """What the register says of accounts."""

    @_resolution_asset(
        "identity_links",
        "Pairs of accounts that may be one person's: the evidence, and what became of it.",
        (_ACCOUNTS, _ACCOUNT_HISTORY, _IDENTITY_CLAIMS, _BOTS),
    )
    def links(warehouse: Warehouse) -> MaterializeResult[Any]:
        found = find_links(warehouse.read, Register(paths.register).link_decisions())
        warehouse.replace_table("resolution", "identity_links", found)
        evidence = found.filter(status="linked").select(pl.col("evidence").str.split(", ").list.explode())
        return MaterializeResult(
            metadata={
                **_shape(found),
                "status": _counts(found, "status"),
                "evidence of linked accounts": _counts(evidence, "evidence"),
                "reasons": _counts(found, "reason"),
            }
        )

    @_resolution_asset(
        "person_accounts",
        "The lasting person id of each account, as the register gives it to those that are linked.",
        (_ACCOUNTS, _IDENTITY_LINKS),
    )
    def person_accounts(warehouse: Warehouse) -> MaterializeResult[Any]:
        register = Register(paths.register)
        registered = register.account_persons()
        persons, aliases = assign_person_ids(find_people(warehouse.read), registered, datetime.now(UTC))
        register.store_persons(persons.join(registered, on=persons.columns, how="anti"), aliases)
        warehouse.replace_table("resolution", "person_accounts", persons)
        sizes = persons.group_by("person_id").len("accounts")
        return MaterializeResult(
            metadata={
                "dagster/row_count": persons.height,
                "people": sizes.height,
                "people by number of accounts": _counts(sizes.cast({"accounts": pl.String}), "accounts"),
            }
        )

    @_resolution_asset("consents", "Who may be written to, by account and channel, as the register says.", deps=())
    def consents(warehouse: Warehouse) -> MaterializeResult[Any]:
        decisions = Register(paths.register).consents()
        warehouse.replace_table("resolution", "consents", decisions)
        return MaterializeResult(metadata=_shape(decisions))

    return [links, person_accounts, consents]


def _relation(key: AssetKey) -> str:
    return ".".join(key.path)


Read = Callable[[str], pl.DataFrame]
"""Answers a query over the warehouse with rows."""


def find_links(read: Read, decisions: pl.DataFrame) -> pl.DataFrame:
    """Links between the accounts of a warehouse, as `identity_links` returns them.

    Args:
        read: answers queries over the warehouse.
        decisions: what the register says of links.
    """
    accounts = f"""
        select platform, account_id, coalesce(is_found, true) as is_living, is_person_account,
               bot_reason is not null as is_bot, created_at
        from {_relation(_ACCOUNTS)} left join {_relation(_BOTS)} using (platform, account_id)
    """
    # Whoever is gone has no login any more.
    logins = f"""
        select platform, account_id, login, cast(null as timestamptz) as valid_to
        from {_relation(_ACCOUNTS)} where login is not null and coalesce(is_found, true)
        union all
        select platform, account_id, login, valid_to
        from {_relation(_ACCOUNT_HISTORY)} where login is not null and valid_to is not null
    """
    return identity_links(read(accounts), read(f"from {_relation(_IDENTITY_CLAIMS)}"), read(logins), decisions)


def find_people(read: Read) -> pl.DataFrame:
    """Accounts of people and the component that their links make: platform, account_id, component."""
    accounts = read(f"select platform, account_id from {_relation(_ACCOUNTS)} where is_person_account")
    return linked_components(accounts, read(f"from {_relation(_IDENTITY_LINKS)}"))


# A deed seen through two accounts of one person is one deed. Bots connect nobody, what was taken back connects nothing.
NETWORK_EDGES = f"""
    select person_id, target_id, kind, happened_at, cast(weight as double) as weight,
           max(case
               when is_suspicious then 0
               when is_onlooker then {ONLOOKER_WEIGHT} * (1 - suspicion)
               else 1
           end) as trust
    from {_relation(_INTERACTIONS)}
    join {_relation(_PERSON_ACCOUNTS)} using (platform, account_id)
    join {_relation(_WEIGHTS)} using (kind)
    anti join {_relation(_BOTS)} using (platform, account_id)
    left join {_relation(_SUSPICION)} using (platform, account_id)
    where ended_at is null and weight > 0
    group by all
"""


JUDGED_ACCOUNTS = f"""
    from {_relation(_ACCOUNTS)} anti join {_relation(_BOTS)} using (platform, account_id) where is_person_account
"""
# What a person does through one account speaks for the others too.
JUDGED_INTERACTIONS = f"""
    select accounts.platform, accounts.account_id, kind, target_id, happened_at
    from {_relation(_INTERACTIONS)} as interactions
    join {_relation(_PERSON_ACCOUNTS)} as doers using (platform, account_id)
    join {_relation(_PERSON_ACCOUNTS)} as accounts on doers.person_id = accounts.person_id
"""


EMPLOYER_CLAIMS = f"select distinct platform, account_id, kind, value from {_relation(_EMPLOYER_CLAIMS)}"


# History is resolved with the present: cost follows the vocabulary, whoever used it when.
DISTINCT_STRINGS = f"""
    select {{column}} from {_relation(_ACCOUNTS)} where {{column}} is not null
    union
    select {{column}} from {_relation(_ACCOUNT_HISTORY)} where {{column}} is not null
    order by 1
"""


# Accounts of people only; what they showed before is not counted.
STRING_USES = f"""
    select {{column}}, count(*) as accounts
    from {_relation(_ACCOUNTS)}
    where {{column}} is not null and is_person_account
    group by 1
"""


def publication_asset(marts: Sequence[AssetKey], paths: Paths) -> AssetsDefinition:
    """The published file; it depends on every mart, so that a blocking check on any of them keeps the last one."""

    @asset(
        key=PUBLISHED,
        deps=marts,
        group_name="published",
        owners=OWNERS,
        kinds={"duckdb"},
        pool=WAREHOUSE_POOL,
    )
    def community() -> MaterializeResult[Any]:
        """data/community.duckdb: every mart as a plain table, for people and BI tools. Replaced whole or not at all."""
        with plain_failures(str(paths.community)):
            rows = publish_marts(paths, [key.path[-1] for key in marts])
        return MaterializeResult(metadata={"path": str(paths.community), **rows})

    return community


def overview_asset(paths: Paths) -> AssetsDefinition:
    """Charts of what was published, on a page of their own: should one fail, the published file stands."""

    @asset(
        key=["published", "overview"],
        deps=[PUBLISHED],
        group_name="published",
        owners=OWNERS,
        kinds={"altair"},
    )
    def overview() -> MaterializeResult[Any]:
        """Charts of the published file: people by week and country, companies by stage; nobody is named."""
        published = Warehouse(path=str(paths.community))
        return MaterializeResult(
            metadata={
                "new people by week": MetadataValue.md(charts.new_people(published.read(charts.NEW_PEOPLE))),
                "people by country": MetadataValue.md(charts.bars(published.read(charts.COUNTRIES))),
                "companies by stage": MetadataValue.md(charts.bars(published.read(charts.STAGES))),
            }
        )

    return overview


def _distinct(warehouse: Warehouse, column: str) -> pl.Series:
    return warehouse.read(DISTINCT_STRINGS.format(column=column))[column]


def _shape(table: pl.DataFrame) -> dict[str, Any]:
    columns = [TableColumn(name, str(kind)) for name, kind in table.schema.items()]
    return {"dagster/row_count": table.height, "dagster/column_schema": TableSchema(columns)}


def _shape_and_methods(table: pl.DataFrame) -> dict[str, Any]:
    return {**_shape(table), "methods": _counts(table, "method")} if "method" in table.columns else _shape(table)


def _company_coverage(warehouse: Warehouse, companies: pl.DataFrame) -> dict[str, Any]:
    nothing = companies["method"].is_in(["not a company", "nothing typed", "past"])
    return _coverage(warehouse, companies, "company_id", nothing)


def _coverage(warehouse: Warehouse, resolved: pl.DataFrame, answer: str, nothing: pl.Series) -> dict[str, Any]:
    """How much was resolved and by which methods, and the most frequent strings that a user may want to override.

    Args:
        warehouse: where the accounts are.
        resolved: one row per distinct string, in its first column, with `answer` (null where there is none), method and
            confidence.
        answer: the column that is null where nothing was resolved.
        nothing: whether each string is known to name nothing, so that no answer is the right one.
    """
    column = resolved.columns[0]
    uses = warehouse.read(STRING_USES.format(column=column))
    answered = uses.join(resolved.drop_nulls(answer), on=column, how="semi")
    doubtful = resolved.filter(~nothing & (pl.col("confidence").fill_null(0) < DOUBTFUL))
    return {
        **_shape(resolved),
        "resolved strings": resolved[answer].count() / max(resolved.height, 1),
        "resolved accounts": _accounts(answered) / max(_accounts(uses), 1),
        "methods": _counts(resolved, "method"),
        "unresolved or doubtful": frequent_strings(uses.join(doubtful, on=column, how="semi")),
    }


def _counts(table: pl.DataFrame, column: str) -> dict[str, int]:
    """How many rows have each value, the most frequent first."""
    counts = table.drop_nulls(column).group_by(column).len().sort("len", column, descending=[True, False])
    return dict(counts.iter_rows())


def _accounts(uses: pl.DataFrame) -> int:
    return int(uses["accounts"].sum())


DOUBTFUL = 0.7
MOST_FREQUENT = 20
SHARED_BY = 3
LONGEST_SHOWN = 80


def frequent_strings(uses: pl.DataFrame) -> TableMetadataValue:
    """The most frequent strings, as a table: text cells, so that nothing in a string is taken for Markdown or HTML.

    What fewer than `SHARED_BY` accounts have in common may point to a person and stays out of the event log.

    Args:
        uses: distinct strings and accounts, the number of accounts that use each now.
    """
    column = uses.columns[0]
    shared = uses.filter(pl.col("accounts") >= SHARED_BY).sort("accounts", column, descending=[True, False])
    typed = f"as typed by {SHARED_BY} accounts or more; cut at {LONGEST_SHOWN} characters"
    return MetadataValue.table(
        [
            TableRecord({column: clean(text, LONGEST_SHOWN), "accounts": count})
            for text, count in shared.head(MOST_FREQUENT).rows()
        ],
        TableSchema([TableColumn(column, description=typed), TableColumn("accounts", "int", "that show it now")]),
    )
