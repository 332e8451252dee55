"""Run the Terraform Registry source alone: `python -m community_assets.sources.terraform_registry namespace …`."""

from community_assets.settings import TerraformRegistrySection
from community_assets.sources.alone import exit_by, run_alone
from community_assets.sources.terraform_registry import TerraformRegistryLoad, terraform_registry
from community_assets.sources.terraform_registry.source import TABLES


def main(namespaces: list[str]) -> None:
    """Load `namespaces` into terraform_registry.duckdb of the current folder, schema raw."""
    load = TerraformRegistryLoad(url=TerraformRegistrySection().environment().url, namespaces=namespaces)
    run_alone(load, terraform_registry, TABLES)


if __name__ == "__main__":
    exit_by(main, __doc__)
