"""What `heroes doctor` asks of the Terraform Registry: whether it answers, and what is found for each setting."""

from collections.abc import Iterator

from community_assets.diagnosis.check import Check
from community_assets.settings import ConfigurationError, Settings
from community_assets.sources.terraform_registry import TerraformRegistryLoad, finding

_API = "Terraform Registry"


def diagnose(settings: Settings) -> Iterator[Check]:
    """List what the settings name; nothing is asked of each module and provider."""
    section = settings.terraform_registry
    try:
        url = section.environment().url
    except ConfigurationError as error:
        yield Check(_API, "fail", str(error), "correct it, or unset it", is_setting=True)
        return
    load = TerraformRegistryLoad(
        url=url,
        namespaces=list(section.namespaces),
        modules=list(section.modules),
        providers=list(section.providers),
        searches=list(section.searches),
        results_per_search=section.results_per_search,
    )
    modules, providers = finding.modules(load, {}), finding.providers(load, {})
    if unusable := load.failure or load.unavailable:
        yield Check(_API, "fail", str(unusable), "check TERRAFORM_REGISTRY_URL and the network, or try again later")
        return
    load.note_unknown_namespaces()
    figures = {"modules": len(modules), "providers": len(providers), "requests": len(modules) + 2 * len(providers)}
    yield Check(_API, "ok", f"{url} answers; no token is needed", details=figures)
    for name, reason in load.failures.items():
        yield Check(name, "fail", reason, "check its spelling in community.toml")
    message = f"{len(modules):,} modules, {len(providers):,} providers; about {figures['requests']:,} requests a load"
    yield Check("Terraform artifacts", "ok", message, details=figures)
