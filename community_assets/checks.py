"""Checks written in Python: the guard before publication, and whether a source's last load was complete.

Checks of rows and columns are dbt tests beside their models.
"""

from dagster import AssetCheckResult, AssetChecksDefinition, AssetCheckSeverity, AssetKey, asset_check

from community_assets import raw
from community_assets.ingestion import Connector
from community_assets.register import Register
from community_assets.resources import Warehouse
from community_assets.settings import Paths

PEOPLE = AssetKey(["marts", "people"])
_WAY_OUT = "restore data/loading and data/raw, or, if their observations are gone for good, delete data/register.duckdb"


def publication_guard(paths: Paths) -> AssetChecksDefinition:
    """The blocking check between marts and publication: observations only add up, so nobody may have gone missing."""

    @asset_check(asset=PEOPLE, name="nobody_is_missing", blocking=True)
    def nobody_is_missing(warehouse: Warehouse) -> AssetCheckResult:
        """Every person of the register is among the people about to be published."""
        registered = Register(paths.register).account_persons()
        others = warehouse.read(
            "select platform, account_id from intermediate.int_accounts where not is_person_account"
        )
        people = warehouse.read("select person_id from marts.people")
        expected = registered.join(others, on=["platform", "account_id"], how="anti").unique("person_id")
        missing = expected.join(people, on="person_id", how="anti").height
        return AssetCheckResult(
            passed=missing == 0,
            description=f"{missing} people of the register are not in marts.people; {_WAY_OUT}" if missing else None,
            metadata={"registered": expected.height, "people": people.height, "missing": missing},
        )

    return nobody_is_missing


def load_is_complete(connector: Connector, paths: Paths) -> AssetChecksDefinition:
    """Whether the last load of a source got everything that the settings ask for."""
    first_table = next(iter(connector.empty().resources))

    @asset_check(asset=AssetKey([connector.name, first_table]), name="load_is_complete")
    def check() -> AssetCheckResult:
        """The last attempt to load the source was complete; what was missing is named."""
        outcome, message = raw.last_attempt(paths, connector.name) or ("off", None)
        return AssetCheckResult(
            passed=outcome in ("complete", "paused", "off"), severity=AssetCheckSeverity.WARN, description=message
        )

    return check
