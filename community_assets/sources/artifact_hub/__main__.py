"""Run the Artifact Hub source alone: `python -m community_assets.sources.artifact_hub organization …`."""

from community_assets.settings import ArtifactHubSection
from community_assets.sources.alone import exit_by, run_alone
from community_assets.sources.artifact_hub import ArtifactHubLoad, artifact_hub
from community_assets.sources.artifact_hub.source import TABLES


def main(organizations: list[str]) -> None:
    """Load the packages of `organizations` into artifact_hub.duckdb of the current folder, schema raw."""
    environment = ArtifactHubSection().environment()
    load = ArtifactHubLoad(url=environment.url, key=environment.key, organizations=organizations)
    run_alone(load, artifact_hub, TABLES)


if __name__ == "__main__":
    exit_by(main, __doc__)
