"""Run the Artifact Hub source alone: `python -m community_assets.sources.artifact_hub organization …`."""
