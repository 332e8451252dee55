"""GitHub: repositories, the edges between people and repositories, and people's public profiles.

Runs alone; the rows land in `github.duckdb` of the current folder:

    GITHUB_TOKEN=… python -m community_assets.sources.github owner/name
"""

from community_assets.sources.github.source import GithubLoad, github

__all__ = ["GithubLoad", "github"]
