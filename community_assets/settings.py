"""Settings: community.toml and the environment become one typed, frozen `Settings` object.

What belongs here: every key a user may set, its default, its check and the words of its error. Tokens are not part of
`Settings` values that travel: they are read where a source starts, from the environment or from dlt's secrets.
"""

import os
import re
import tomllib
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from community_assets.overrides import checked_by, read_company_overrides, read_place_overrides

CONFIG_VARIABLE = "COMMUNITY_CONFIG"
_OWNER = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})"
_REPOSITORY = re.compile(rf"{_OWNER}/[A-Za-z0-9._-]{{1,100}}")
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}(?:\[bot\])?")
_TOKEN = re.compile(r"[\x21-\x7e]+")


class ConfigurationError(Exception):
    """A setting is wrong or missing; each line of the message names file or variable, key and what is expected."""


def _repository_name(value: str) -> str:
    if not _REPOSITORY.fullmatch(value) or value.endswith(("/.", "/..")):
        raise ValueError('expected a repository as "owner/name"')
    return value


def _organization_login(value: str) -> str:
    if not re.fullmatch(_OWNER, value):
        raise ValueError('expected the login of an organization, such as "apache"')
    return value


def _account_login(value: str) -> str:
    if not _LOGIN.fullmatch(value):
        raise ValueError('expected a GitHub login, such as "octocat" or "dependabot[bot]"')
    return value


def _beside_the_settings(path: object, info: ValidationInfo) -> Path:
    """A relative path starts from the folder of community.toml, which the context of the validation names."""
    if not isinstance(path, str | Path) or not str(path):
        raise ValueError("expected the path of a CSV file")
    folder: Path = (info.context or {}).get("folder", Path())
    return folder / path


def _registry_names(*names: str) -> Callable[[str], str]:
    form = re.compile("/".join([r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,63})"] * len(names)))

    def checked(value: str) -> str:
        if not form.fullmatch(value):
            raise ValueError(f'expected "{"/".join(names)}" of the Terraform Registry')
        return value

    return checked


def _hub_name(value: str) -> str:
    if not re.fullmatch(r"[\w.-]{1,100}", value):
        raise ValueError('expected a name as in the URL of its page at Artifact Hub, such as "prometheus-community"')
    return value


def _search_words(value: str) -> str:
    if not value.strip():
        raise ValueError("expected at least one word")
    return value.strip()


def _base_url(value: str) -> str:
    if not re.fullmatch(r"(https://[^\s/@]+|http://(127\.0\.0\.1|localhost)(:\d+)?)(/\S*)?", value):
        raise ValueError("expected a URL that starts with https:// (or http://127.0.0.1)")
    return value.rstrip("/")


Environment = TypeVar("Environment", bound=BaseSettings)
RepositoryName = Annotated[str, AfterValidator(_repository_name)]
OrganizationLogin = Annotated[str, AfterValidator(_organization_login)]
AccountLogin = Annotated[str, AfterValidator(_account_login)]
BaseUrl = Annotated[str, AfterValidator(_base_url)]
Namespace = Annotated[str, AfterValidator(_registry_names("namespace"))]
ModuleName = Annotated[str, AfterValidator(_registry_names("namespace", "name", "provider"))]
ProviderName = Annotated[str, AfterValidator(_registry_names("namespace", "name"))]
HubName = Annotated[str, AfterValidator(_hub_name)]
SearchWords = Annotated[str, AfterValidator(_search_words)]
_Table = Annotated[Path, BeforeValidator(_beside_the_settings)]
CompanyTable = Annotated[_Table, AfterValidator(checked_by(read_company_overrides))]
PlaceTable = Annotated[_Table, AfterValidator(checked_by(read_place_overrides))]


class SourceSection(BaseModel, ABC):
    """A section of community.toml that is named like its source, which is off while the section names nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    @property
    @abstractmethod
    def is_on(self) -> bool:
        """Whether anything is to be loaded from the source."""

    @abstractmethod
    def environment(self) -> BaseSettings:
        """What the environment says of the source, tokens included.

        Raises:
            ConfigurationError: a variable is malformed, or one that is needed is missing.
        """


class GithubSection(SourceSection):
    """Section `[github]` of community.toml."""

    repositories: list[RepositoryName] = Field(
        default=[], description='Repositories whose community is loaded, as "owner/name".'
    )
    organizations: list[OrganizationLogin] = Field(
        default=[], description="Organizations; all their public repositories that are no forks are loaded."
    )
    profile_max_age_days: int = Field(
        default=30, ge=1, le=3650, description="Profiles older than this many days are asked for again."
    )
    hero_profile_max_age_days: int = Field(
        default=7, ge=1, le=3650, description="Likewise, the profiles of those who stand out."
    )
    whole_list_max_age_days: int = Field(
        default=30,
        ge=1,
        le=3650,
        description="Stargazers, watchers and forks are listed whole after this many days, changed or not.",
    )
    deep_profile_heroes: int = Field(
        default=250, ge=0, le=100_000, description="How many of those who stand out get a deep profile."
    )
    deep_profile_sample: int = Field(
        default=250,
        ge=0,
        le=100_000,
        description="How many people, drawn at random, get a deep profile to compare with.",
    )
    deep_profile_points: int = Field(
        default=100, ge=0, le=5_000, description="Points of GitHub's rate limit that deep profiles may cost a refresh."
    )

    artifact_repository_requests: int = Field(
        default=300,
        ge=0,
        le=100_000,
        description="Requests that listing contributors to the sources of artifacts may cost a refresh.",
    )
    points_per_refresh: int | None = Field(
        default=None,
        ge=10,
        le=1_000_000,
        description="Points of GitHub's rate limit that a refresh may cost; the next goes on. Any number if not set.",
    )
    max_wait_minutes: int = Field(
        default=70, ge=0, le=1_440, description="How long a refresh waits when GitHub's limits are reached."
    )
    requests_at_once: int = Field(default=8, ge=1, le=100, description="How many requests are under way together.")

    @property
    def is_on(self) -> bool:
        """Whether anything is to be loaded from GitHub."""
        return bool(self.repositories or self.organizations)

    def environment(self) -> "GithubEnvironment":
        """URLs and token."""
        return github_environment()


class TerraformRegistrySection(SourceSection):
    """Section `[terraform_registry]` of community.toml."""

    namespaces: list[Namespace] = Field(
        default=[], description="Namespaces whose modules and providers are loaded; letter case does not matter."
    )
    modules: list[ModuleName] = Field(default=[], description='Modules, as "namespace/name/provider".')
    providers: list[ProviderName] = Field(default=[], description='Providers, as "namespace/name".')
    searches: list[SearchWords] = Field(
        default=[], description="Words; the modules that the registry finds for them are loaded."
    )
    results_per_search: int = Field(
        default=100, ge=1, le=10_000, description="At most so many modules of each search are loaded."
    )

    @property
    def is_on(self) -> bool:
        """Whether anything is to be loaded from the Terraform Registry."""
        return bool(self.namespaces or self.modules or self.providers or self.searches)

    def environment(self) -> "TerraformRegistryEnvironment":
        """Where it is."""
        return _from_environment(TerraformRegistryEnvironment)


class TerraformRegistryEnvironment(BaseSettings):
    """What the environment says of the Terraform Registry."""

    model_config = SettingsConfigDict(
        env_prefix="TERRAFORM_REGISTRY_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    url: BaseUrl = Field(default="https://registry.terraform.io", description="Where the Terraform Registry is.")


class ArtifactHubSection(SourceSection):
    """Section `[artifact_hub]` of community.toml."""

    organizations: list[HubName] = Field(default=[], description="Organizations whose packages are loaded.")
    users: list[HubName] = Field(default=[], description="Users whose packages are loaded, by alias.")
    repositories: list[HubName] = Field(default=[], description="Package repositories, by name, likewise.")
    searches: list[SearchWords] = Field(
        default=[], description="Words; all packages that Artifact Hub finds by them are loaded."
    )
    details_max_age_days: int = Field(
        default=30, ge=1, le=3650, description="Details older than this many days are asked for again, changed or not."
    )
    details_per_refresh: int = Field(
        default=1_000,
        ge=0,
        le=100_000,
        description="Packages whose links and maintainers may be asked for in a refresh; the next goes on.",
    )

    @property
    def is_on(self) -> bool:
        """Whether anything is to be loaded from Artifact Hub."""
        return bool(self.organizations or self.users or self.repositories or self.searches)

    def environment(self) -> "ArtifactHubEnvironment":
        """URL, and a key if there is one."""
        environment = _from_environment(ArtifactHubEnvironment)
        if (environment.api_key_id is None) != (environment.api_key_secret is None):
            missing = "ARTIFACT_HUB_API_KEY_ID" if environment.api_key_id is None else "ARTIFACT_HUB_API_KEY_SECRET"
            raise ConfigurationError(f"{missing}: not set; expected both parts of the key, or none")
        for part in ("api_key_id", "api_key_secret"):
            value = getattr(environment, part)
            if value and not _TOKEN.fullmatch(value.get_secret_value()):
                raise ConfigurationError(f"ARTIFACT_HUB_{part.upper()}: expected one word of printable characters")
        return environment


class ArtifactHubEnvironment(BaseSettings):
    """What the environment says of Artifact Hub."""

    model_config = SettingsConfigDict(env_prefix="ARTIFACT_HUB_", env_ignore_empty=True, extra="ignore", frozen=True)

    url: BaseUrl = Field(default="https://artifacthub.io", description="Where Artifact Hub is.")
    api_key_id: SecretStr | None = Field(default=None, description="Id of an API key; none is needed.")
    api_key_secret: SecretStr | None = Field(default=None, description="Secret of that key.")

    @property
    def key(self) -> tuple[str, str] | None:
        """Id and secret."""
        if self.api_key_id is None or self.api_key_secret is None:
            return None
        return self.api_key_id.get_secret_value(), self.api_key_secret.get_secret_value()


class ResolutionSection(BaseModel):
    """Section `[resolution]` of community.toml: what the user knows better."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    company_overrides: CompanyTable | None = Field(
        default=None,
        description="CSV file of company strings and the company that each names; relative to `community.toml`.",
    )
    place_overrides: PlaceTable | None = Field(
        default=None,
        description="CSV file of location strings and the place that each names; relative to `community.toml`.",
    )
    bots: list[AccountLogin] = Field(default=[], description="GitHub accounts that are bots, whatever else says no.")
    not_bots: list[AccountLogin] = Field(
        default=[], description="GitHub accounts that are people, whatever else says bot."
    )
    trusted: list[AccountLogin] = Field(
        default=[], description="GitHub accounts that are never suspicious, whatever they look like."
    )

    @model_validator(mode="after")
    def _is_decided(self) -> Self:
        both = {login.lower() for login in self.bots} & {login.lower() for login in self.not_bots}
        if both:
            raise ValueError(f"expected each login in bots or in not_bots, got {', '.join(sorted(both))} in both")
        return self


class GithubEnvironment(BaseSettings):
    """What the environment says of GitHub, by the names that GitHub Actions uses too."""

    model_config = SettingsConfigDict(env_prefix="GITHUB_", env_ignore_empty=True, extra="ignore", frozen=True)

    token: SecretStr | None = Field(
        default=None, description="The token; or `sources.github.token` in dlt's `secrets.toml`."
    )
    api_url: BaseUrl = Field(
        default="https://api.github.com",
        description="Base of the REST API; `https://<host>/api/v3` of a GitHub server.",
    )
    graphql_url: BaseUrl | None = Field(
        default=None, description="Endpoint of the GraphQL API; follows from `GITHUB_API_URL`."
    )

    @property
    def secret(self) -> str:
        """The token itself; `github_environment` has seen to it that there is one."""
        return self.token.get_secret_value() if self.token else ""

    @property
    def graphql_endpoint(self) -> str:
        """GITHUB_GRAPHQL_URL, or what GITHUB_API_URL implies (GitHub Enterprise Server serves it beside `/api/v3`)."""
        if self.graphql_url:
            return self.graphql_url
        if self.api_url.endswith("/api/v3"):
            return self.api_url.removesuffix("/v3") + "/graphql"
        return f"{self.api_url}/graphql"


class CommunityEnvironment(BaseSettings):
    """What the environment says of where things live; not part of the file, which may be shared."""

    model_config = SettingsConfigDict(env_prefix="COMMUNITY_", env_ignore_empty=True, extra="ignore", frozen=True)

    data_dir: Path = Field(default=Path("data"), description="Where everything that runs produce is kept.")
    profile: Literal["local"] = Field(default="local", description="The engine that stores and builds; a dbt target.")


class Sections(BaseModel):
    """The sections of community.toml: one for each source, by its name, and one for what resolution is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    github: GithubSection = GithubSection()
    terraform_registry: TerraformRegistrySection = TerraformRegistrySection()
    artifact_hub: ArtifactHubSection = ArtifactHubSection()
    resolution: ResolutionSection = ResolutionSection()

    @property
    def sources(self) -> dict[str, SourceSection]:
        """Sections by their sources, in the order of loading: GitHub last, for the others name repositories to it."""
        sections = {name: getattr(self, name) for name in type(self).model_fields}
        sources = {name: section for name, section in sections.items() if isinstance(section, SourceSection)}
        return dict(sorted(sources.items(), key=lambda source: source[0] == "github"))


class Settings(Sections):
    """Everything a user may set; `load_settings` reads it with errors that people can act on.

    Attributes:
        data_dir: where runs keep what they produce.
        profile: the engine that stores and builds; a dbt target.
    """

    data_dir: Path = Path("data")
    profile: str = "local"

    @property
    def sources_on(self) -> list[str]:
        """Names of the sources that the file configures, in the order of loading."""
        return [name for name, section in self.sources.items() if section.is_on]

    def require_sources(self) -> None:
        """Fail before any request when there is nothing to load, or a source could not log in.

        Raises:
            ConfigurationError: no source is configured, or one lacks its token.
        """
        if not self.sources_on:
            raise ConfigurationError(
                f'{config_path()}: github.repositories is empty; expected at least one repository as "owner/name", '
                "or another source"
            )
        for source in self.sources_on:
            self.sources[source].environment()

    def refuse_real_people(self, url: str) -> None:
        """Keep what a real API tells out of a data directory that the demo made.

        Raises:
            ConfigurationError: it is one, and the URL leads elsewhere than to this machine.
        """
        if self.paths.sandbox_marker.exists() and not is_loopback(url):
            raise ConfigurationError(
                f"COMMUNITY_DATA_DIR: {self.paths.data} holds the made-up community of the demo; "
                "expected another folder for real people"
            )

    @cached_property
    def paths(self) -> "Paths":
        """Where each state lives below the data directory."""
        return Paths(self.data_dir.resolve())


class Paths(BaseModel):
    """Layout of the data directory; `raw` and `community` are replaced whole, never written in place."""

    model_config = ConfigDict(frozen=True)

    data: Path

    def __init__(self, data: Path) -> None:
        super().__init__(data=data)

    def loading(self, source: str) -> Path:
        """The loader's own file of a source."""
        return self.data / "loading" / f"{source}.duckdb"

    def raw(self, source: str) -> Path:
        """The published copy of a source's loading file."""
        return self.data / "raw" / f"{source}.duckdb"

    @property
    def register(self) -> Path:
        """What was decided about accounts and people; small, precious, worth a backup."""
        return self.data / "register.duckdb"

    @property
    def suppression_key(self) -> Path:
        """Key of the suppression hashes; it lies apart from the register so that a copied register tells nothing."""
        return self.data / "keys" / "suppression.key"

    @property
    def warehouse(self) -> Path:
        """Staging, resolution and marts; disposable."""
        return self.data / "warehouse.duckdb"

    @property
    def community(self) -> Path:
        """The published marts, for people and BI tools."""
        return self.data / "community.duckdb"

    @property
    def exports(self) -> Path:
        """Published marts as files."""
        return self.data / "exports"

    @property
    def sandbox_marker(self) -> Path:
        """Tells that the directory holds a made-up community, and which."""
        return self.data / "sandbox.txt"

    @property
    def dlt(self) -> Path:
        """Working folder of dlt."""
        return self.data / "dlt"

    @property
    def dbt(self) -> Path:
        """What dbt parsed, compiled and logged last."""
        return self.data / "dbt"

    @property
    def dagster_home(self) -> Path:
        """Dagster's instance: runs, event log, schedules."""
        return self.data / "dagster"


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine, where only a double of an API answers."""
    return url.startswith(("http://127.0.0.1", "http://localhost"))


def config_path() -> Path:
    """Path of community.toml: COMMUNITY_CONFIG, else the one in the current folder."""
    return Path(os.environ.get(CONFIG_VARIABLE) or "community.toml")


def load_settings() -> Settings:
    """Read community.toml and the environment.

    Raises:
        ConfigurationError: the file is missing, is no TOML, or a key is unknown, of a wrong type or malformed.
    """
    path = config_path()
    try:
        file = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        expected = f"expected a community.toml, or {CONFIG_VARIABLE} naming one"
        raise ConfigurationError(f"{path}: no such file; {expected}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: not valid TOML: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read: {error}") from None
    try:
        sections = Sections.model_validate(file, context={"folder": path.parent})
    except ValidationError as error:
        raise ConfigurationError("\n".join(_explain(problem, str(path)) for problem in error.errors())) from None
    environment = _from_environment(CommunityEnvironment)
    return Settings(**dict(sections), **dict(environment))


def github_environment() -> GithubEnvironment:
    """Read GITHUB_API_URL, GITHUB_GRAPHQL_URL and GITHUB_TOKEN; the token may come from dlt's secrets instead.

    Raises:
        ConfigurationError: a URL is malformed, or there is no usable token.
    """
    environment = _from_environment(GithubEnvironment)
    token = environment.token or _dlt_secret("sources.github.token")
    if token is None:
        raise ConfigurationError(
            "GITHUB_TOKEN: not set; expected a GitHub token in the environment "
            "(or sources.github.token in dlt's secrets.toml)"
        )
    if not _TOKEN.fullmatch(token.get_secret_value()):
        raise ConfigurationError("GITHUB_TOKEN: expected one word of printable characters, without spaces or line ends")
    return environment.model_copy(update={"token": token})


def _from_environment(model: type[Environment]) -> Environment:
    try:
        return model()
    except ValidationError as error:
        prefix = model.model_config["env_prefix"]
        lines = [f"{prefix}{str(e['loc'][0]).upper()}: {_message(e)}" for e in error.errors()]
        raise ConfigurationError("\n".join(lines)) from None


def _dlt_secret(key: str) -> SecretStr | None:
    import dlt

    value = dlt.secrets.get(key, str)
    return SecretStr(value) if value else None


def _explain(problem: Any, path: str) -> str:
    """One line: where the value came from, which key, what is expected. Values of unknown keys are never repeated."""
    location = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in problem["loc"]).lstrip(".")
    if problem["type"] == "extra_forbidden":
        hint = "; tokens are read from the environment only" if "token" in location.lower() else ""
        return f"{path}: {location}: unknown key{hint}; expected one of {', '.join(_known_keys(problem['loc'][:-1]))}"
    is_said = isinstance(problem["input"], dict) or problem["type"] == "override"
    return f"{path}: {location}: {_message(problem)}" + ("" if is_said else f", got {problem['input']!r:.80}")


def _known_keys(section: tuple[str, ...]) -> list[str]:
    model = Sections.model_fields[section[0]].annotation if section else Sections
    return sorted(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []


def _message(problem: Any) -> str:
    if problem["type"] == "model_type":
        return "expected a section of keys"
    message: str = problem["msg"].removeprefix("Value error, ")
    return message.replace("Input should be", "expected")
