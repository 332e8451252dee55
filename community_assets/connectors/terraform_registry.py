"""The connector of the Terraform Registry."""

from community_assets.ingestion import Connector
from community_assets.settings import Settings
from community_assets.sources.terraform_registry import TerraformRegistryLoad, terraform_registry
from community_assets.sources.terraform_registry.schemas import KEYS


def terraform_registry_connector(settings: Settings) -> Connector:
    """The Terraform Registry as `[terraform_registry]` and the environment configure it."""

    def start() -> TerraformRegistryLoad | None:
        section = settings.terraform_registry
        if not section.is_on:
            return None
        environment = section.environment()
        settings.refuse_real_people(environment.url)
        return TerraformRegistryLoad(
            url=environment.url,
            namespaces=list(section.namespaces),
            modules=list(section.modules),
            providers=list(section.providers),
            searches=list(section.searches),
            results_per_search=section.results_per_search,
        )

    return Connector(
        name="terraform_registry",
        empty=terraform_registry,
        start=start,
        account_columns=dict.fromkeys(KEYS, "creator_id"),
        keys=KEYS,
        # Before GitHub, which loads who contributes to what is found here.
        cron="45 3 * * *",
    )
