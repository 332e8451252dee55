"""Run the GitHub source alone: `GITHUB_TOKEN=… python -m community_assets.sources.github owner/name …`."""

from community_assets.settings import github_environment
from community_assets.sources.alone import exit_by, run_alone
from community_assets.sources.github import GithubLoad, github
from community_assets.sources.github.source import TABLES


def main(repositories: list[str]) -> None:
    """Load `repositories` into github.duckdb of the current folder, schema raw."""
    environment = github_environment()
    load = GithubLoad(
        token=environment.secret,
        api_url=environment.api_url,
        graphql_url=environment.graphql_endpoint,
        repositories=repositories,
    )
    run_alone(load, github, TABLES)


if __name__ == "__main__":
    exit_by(main, __doc__)
