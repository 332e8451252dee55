"""Variables of the dbt project that Python needs too; they are set in dbt_project.yml and nowhere else."""

from pathlib import Path
from typing import Any

import yaml

from community_assets.settings import ConfigurationError

DBT_PROJECT = Path(__file__).parents[1] / "dbt_project" / "dbt_project.yml"


def dbt_variables() -> dict[str, Any]:
    """Variables by name, with the values that the project sets."""
    variables: dict[str, Any] = yaml.safe_load(DBT_PROJECT.read_text("utf-8"))["vars"]
    return variables


def suspicion_threshold() -> float:
    """The suspicion from which an account is suspicious, above 0 and at most 1.

    Raises:
        ConfigurationError: the project sets no such number.
    """
    value = dbt_variables().get("suspicion_threshold")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        expected = "expected a number above 0 and at most 1"
        raise ConfigurationError(f"{DBT_PROJECT.name}: vars.suspicion_threshold: {expected}, got {value!r:.80}")
    return value
