"""Connectors: for each source a module that connects it to the house as settings and environment say.

What belongs here: opening a load, the columns that name accounts and keys, and when the source is loaded. What a
connector is, and what follows from it, is `ingestion.py`.
"""

from community_assets.connectors.artifact_hub import artifact_hub_connector
from community_assets.connectors.github import github_connector
from community_assets.connectors.terraform_registry import terraform_registry_connector
from community_assets.ingestion import Connector
from community_assets.settings import Settings

CONNECTORS = (github_connector, terraform_registry_connector, artifact_hub_connector)


def connectors(settings: Settings) -> list[Connector]:
    """The connectors of all sources, on or off."""
    return [connector(settings) for connector in CONNECTORS]
