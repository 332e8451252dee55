"""Terraform Registry: modules and providers, their downloads and versions.

Runs alone; the rows land in `terraform_registry.duckdb` of the current folder:

    python -m community_assets.sources.terraform_registry namespace …
"""

from community_assets.sources.terraform_registry.source import TerraformRegistryLoad, terraform_registry

__all__ = ["TerraformRegistryLoad", "terraform_registry"]
