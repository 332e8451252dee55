"""Source repositories: where the artifacts of other platforms have their source, for GitHub to be asked about them.

What belongs here: which URLs a source knows, and the names of repositories on GitHub among them. The same is said in
SQL by the macro `source_repository`.
"""

import re

import duckdb

from community_assets import raw
from community_assets.settings import Paths

# By source, the URLs that its raw file tells of, as the latest observation of each artifact says.
URLS = {
    "terraform_registry": """
        select arg_max(source_url, observed_at) from raw.modules group by module_id
        union all select arg_max(source_url, observed_at) from raw.providers group by provider_id
    """,
    "artifact_hub": "select arg_max(source_url, observed_at) from raw.package_details group by package_id",
}
_REPOSITORY = re.compile(
    r"^(?:[a-z]+::)?(?:[a-z+]+://)?(?:[^/@ ]+@)?(?:www[.])?([a-z0-9-]+(?:[.][a-z0-9-]+)+)(?::[0-9]+)?[/:]+"
    r"([a-z0-9_.-]+)/([a-z0-9_.-]+?)(?:[.]git)?(?:[/?#].*)?$"
)
_HOST = "github.com"
_PAGES = {"apps", "marketplace", "orgs", "search", "sponsors", "topics", "users"}


def github_repository(url: str) -> str | None:
    """`owner/name` in lower case of the repository on GitHub that a URL leads to."""
    match = _REPOSITORY.match(url.strip(" ").lower())
    if match is None or match[1] != _HOST or match[2] in _PAGES:
        return None
    return f"{match[2]}/{match[3]}"


def source_repositories(paths: Paths) -> list[str]:
    """Names of the repositories on GitHub in which artifacts have their source, each once, sorted."""
    urls = [url for source, query in URLS.items() for url in _urls(paths, source, query)]
    return sorted({name for url in urls if (name := github_repository(url))})


def _urls(paths: Paths, source: str, query: str) -> list[str]:
    if not raw.columns(paths.raw(source)):
        return []
    with duckdb.connect(paths.raw(source), read_only=True) as db:
        return [url for (url,) in db.execute(query).fetchall() if url]
