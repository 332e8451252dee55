"""What `heroes doctor` asks of Artifact Hub: whether it answers, and how many packages each setting names."""

from collections.abc import Iterator

from community_assets.connectors.artifact_hub import artifact_hub_connector
from community_assets.diagnosis.check import Check
from community_assets.settings import ConfigurationError, Settings
from community_assets.sources.artifact_hub import ArtifactHubLoad
from community_assets.sources.artifact_hub.source import Search
from community_assets.sources.load import SourceError
from community_assets.sources.rest import RefusedError


def diagnose(settings: Settings) -> Iterator[Check]:
    """Look at the API and at each search."""
    try:
        load = artifact_hub_connector(settings).start()
    except ConfigurationError as error:
        advice = "no key is needed; set both parts of one, or none"
        yield Check("Artifact Hub", "fail", str(error), advice, is_setting=True)
        return
    assert isinstance(load, ArtifactHubLoad)
    packages = 0
    for search in load.all_searches:
        try:
            check, found = _search(load, search)
        except RefusedError as error:
            check, found = Check(search.name, "fail", str(error), "check what community.toml searches for"), 0
        except SourceError as error:
            yield Check("Artifact Hub", "fail", str(error), "check ARTIFACT_HUB_URL and the network")
            return
        packages += found
        yield check
    requests = packages + -(-packages // 60)
    message = f"{load.url} answers; about {requests:,} requests for a first load"
    yield Check("Artifact Hub", "ok", message, details={"packages": packages, "requests": requests})


def _search(load: ArtifactHubLoad, search: Search) -> tuple[Check, int]:
    page = next(load.client.packages(0, **{search.parameter: search.value}), None)
    found = 0 if page is None else page.total or len(page.packages)
    details = {"packages": found}
    if not found:
        message, advice = "no packages", "check the name in community.toml, as in the URL of the page at Artifact Hub"
        return Check(search.name, "warn", message, advice, details=details), found
    return Check(search.name, "ok", f"{found:,} packages", details=details), found
