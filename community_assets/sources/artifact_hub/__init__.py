"""Artifact Hub: packages, who publishes them, and who maintains them.

Runs alone; the rows land in `artifact_hub.duckdb` of the current folder:

    python -m community_assets.sources.artifact_hub organization …
"""

from community_assets.sources.artifact_hub.source import ArtifactHubLoad, artifact_hub

__all__ = ["ArtifactHubLoad", "artifact_hub"]
