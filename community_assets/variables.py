"""Variables of the dbt project that the command line needs too; they are set in dbt_project.yml and nowhere else."""

from pathlib import Path
from typing import Any

import yaml

DBT_PROJECT = Path(__file__).parents[1] / "dbt_project" / "dbt_project.yml"


def dbt_variables() -> dict[str, Any]:
    """Variables by name, with the values that the project sets."""
    variables: dict[str, Any] = yaml.safe_load(DBT_PROJECT.read_text("utf-8"))["vars"]
    return variables
