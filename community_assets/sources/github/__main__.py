"""Run the GitHub source alone: `GITHUB_TOKEN=… python -m community_assets.sources.github owner/name …`."""

import logging
import sys
from pathlib import Path

import dlt

from community_assets.settings import ConfigurationError, github_environment
from community_assets.sources.github import GithubLoad, github
from community_assets.sources.github.source import TABLES
from community_assets.sources.load import SourceError, causes, loading_destination


def main(repositories: list[str]) -> None:
    """Load `repositories` into github.duckdb of the current folder, schema raw. Nobody is suppressed there."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    environment = github_environment()
    load = GithubLoad(
        token=environment.secret,
        api_url=environment.api_url,
        graphql_url=environment.graphql_endpoint,
        repositories=repositories,
    )
    dlt.config["load.delete_completed_jobs"] = True
    dlt.config["extract.next_item_mode"] = "fifo"
    pipeline = dlt.pipeline(
        "github",
        pipelines_dir=str(Path("dlt").resolve()),
        destination=loading_destination(Path("github.duckdb")),
        dataset_name="raw",
    )
    pipeline.run(github())
    for chunk in load.chunks(TABLES):
        pipeline.run(chunk)
    if load.failures:
        raise SourceError("; ".join(f"{name}: {reason}" for name, reason in load.failures.items()))


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(__doc__)
    try:
        main(sys.argv[1:])
    except Exception as error:
        known = next((e for e in causes(error) if isinstance(e, ConfigurationError | SourceError)), None)
        if known is None:
            raise
        sys.exit(str(known))
