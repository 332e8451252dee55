"""Write the reference pages of this folder from what they describe: `make docs`.

marts.md comes from the dbt project, configuration.md from Settings, commands.md from the command line.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_type_hints

from pydantic import BaseModel
from pydantic_settings import BaseSettings

from community_assets.resources import dbt_project
from community_assets.settings import CONFIG_VARIABLE, CommunityEnvironment, Paths, Sections

DOCS = Path(__file__).parent
WRITTEN = "<!-- Written by `make docs`; edit what it describes instead. -->\n"


def marts_page() -> str:
    """Every mart with its columns, as contract and descriptions of the dbt project say."""
    with TemporaryDirectory() as folder:
        manifest = json.loads(dbt_project(Paths(Path(folder))).manifest_path.read_text("utf-8"))
    marts = [n for n in manifest["nodes"].values() if n["resource_type"] == "model" and n["schema"] == "marts"]
    lines = [WRITTEN, "# Marts", "", "The tables of `data/community.duckdb`, schema `main`. Times are in UTC."]
    for mart in sorted(marts, key=lambda node: str(node["name"])):
        lines += ["", f"## {mart['name']}", "", mart["description"], "", "| column | type | |", "| --- | --- | --- |"]
        lines += [_row(f"`{c['name']}`", c["data_type"], c["description"]) for c in mart["columns"].values()]
    return "\n".join(lines) + "\n"


def configuration_page() -> str:
    """Every key of community.toml and every variable of the environment, with default and meaning."""
    lines = [WRITTEN, "# Configuration", "", "## community.toml", ""]
    lines += [f"In the current folder, or where `{CONFIG_VARIABLE}` says. Every key is optional."]
    for name, section in Sections.model_fields.items():
        assert isinstance(section.annotation, type)
        lines += ["", f"### Section {name}", "", "| key | default | |", "| --- | --- | --- |"]
        lines += _fields(section.annotation)
    lines += ["", "## Environment", "", "| variable | default | |", "| --- | --- | --- |"]
    lines += [_row(f"`{CONFIG_VARIABLE}`", "`community.toml`", "Path of the settings file.")]
    sections = [type(section) for section in Sections().sources.values()]
    for environment in (CommunityEnvironment, *(get_type_hints(section.environment)["return"] for section in sections)):
        lines += _fields(environment)
    return "\n".join(lines) + "\n"


def _fields(model: type[BaseModel]) -> Iterator[str]:
    prefix = model.model_config["env_prefix"] if issubclass(model, BaseSettings) else ""
    for name, field in model.model_fields.items():
        key = f"{prefix}{name}".upper() if prefix else name
        default = field.get_default(call_default_factory=True)
        shown = "" if default is None else str(default) if prefix else json.dumps(default)
        yield _row(f"`{key}`", f"`{shown}`" if shown else "", field.description or "")


def commands_page() -> str:
    """Every command with its options, as `heroes --help` shows them."""
    command = [sys.executable, "-m", "typer", "community_assets.cli", "utils", "docs", "--name", "heroes"]
    text = subprocess.run(command, check=True, capture_output=True, text=True, cwd=DOCS.parent).stdout
    return f"{WRITTEN}\n{text.strip().replace('# `heroes`', '# Commands', 1)}\n"


def _row(*cells: str) -> str:
    return f"| {' | '.join(' '.join(cell.split()).replace('|', '&#124;') for cell in cells)} |"


PAGES = {"marts.md": marts_page, "configuration.md": configuration_page, "commands.md": commands_page}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), "utf-8")
        sys.stderr.write(f"wrote docs/{name}\n")
