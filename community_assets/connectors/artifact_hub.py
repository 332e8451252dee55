"""Artifact Hub's connector."""

from datetime import timedelta

from community_assets.ingestion import Connector
from community_assets.settings import Settings
from community_assets.sources.artifact_hub import ArtifactHubLoad, artifact_hub
from community_assets.sources.artifact_hub.schemas import KEYS


def artifact_hub_connector(settings: Settings) -> Connector:
    """Artifact Hub as `[artifact_hub]` and the environment configure it."""

    def start() -> ArtifactHubLoad | None:
        section = settings.artifact_hub
        if not section.is_on:
            return None
        environment = section.environment()
        settings.refuse_real_people(environment.url)
        return ArtifactHubLoad(
            url=environment.url,
            key=environment.key,
            organizations=list(section.organizations),
            users=list(section.users),
            repositories=list(section.repositories),
            searches=list(section.searches),
            details_max_age=timedelta(days=section.details_max_age_days),
            details_budget=section.details_per_refresh,
        )

    return Connector(
        name="artifact_hub",
        empty=artifact_hub,
        start=start,
        account_columns={"packages": "publisher_id", "package_details": "account_id"},
        keys=KEYS,
        cron="45 3 * * *",
    )
