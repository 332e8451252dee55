from pathlib import Path

import pytest

from community_assets.settings import ArtifactHubSection, ConfigurationError, github_environment, load_settings


@pytest.fixture
def configure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def write(text: str) -> Path:
        path = tmp_path / "community.toml"
        path.write_text(text, "utf-8")
        monkeypatch.setenv("COMMUNITY_CONFIG", str(path))
        return path

    return write


def test_the_committed_file_is_valid() -> None:
    assert load_settings().github.profile_max_age_days == 30


def test_a_repository_is_all_that_is_needed(configure) -> None:
    configure('[github]\nrepositories = ["dagster-io/dagster"]')
    settings = load_settings()
    assert settings.sources_on == ["github"]
    assert settings.paths.community == Path("data").resolve() / "community.duckdb"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '[github]\nrepositories = ["dagster"]',
            "github.repositories[0]: expected a repository as \"owner/name\", got 'dagster'",
        ),
        ('[github]\nrepositories = ["a/b", "https://github.com/a/b"]', "github.repositories[1]: expected a repository"),
        ('[github]\nrepositories = "a/b"', "github.repositories: expected a valid list, got 'a/b'"),
        (
            "[github]\nrepos = []",
            "github.repos: unknown key; expected one of artifact_repository_requests, deep_profile_heroes, "
            "deep_profile_points, deep_profile_sample, hero_profile_max_age_days, max_wait_minutes, organizations, "
            "points_per_refresh, profile_max_age_days, repositories, requests_at_once, whole_list_max_age_days",
        ),
        (
            "[githb]\nrepositories = []",
            "githb: unknown key; expected one of artifact_hub, github, resolution, terraform_registry",
        ),
        ('[github]\nprofile_max_age_days = "30"', "github.profile_max_age_days: expected a valid integer, got '30'"),
        ("[github]\nprofile_max_age_days = 0", "github.profile_max_age_days: expected"),
        ("github = 3", "github: expected a section of keys, got 3"),
        (
            'data_dir = "elsewhere"',
            "data_dir: unknown key; expected one of artifact_hub, github, resolution, terraform_registry",
        ),
        ('[terraform_registry]\nnamespaces = ["a/b"]', 'terraform_registry.namespaces[0]: expected "namespace" of'),
        (
            '[terraform_registry]\nmodules = ["a/b"]',
            'terraform_registry.modules[0]: expected "namespace/name/provider" of the Terraform Registry, got',
        ),
        (
            '[terraform_registry]\nsearches = [" "]',
            "terraform_registry.searches[0]: expected at least one word, got ' '",
        ),
        ("[artifact_hub]\nusers = ['a b']", "artifact_hub.users[0]: expected a name as in the URL of its page at"),
        ("[artifact_hub]\nsearches = [' ']", "artifact_hub.searches[0]: expected at least one word, got ' '"),
        ("[github", "not valid TOML: "),
        ('[github]\nrepositories = ["a/.."]', "github.repositories[0]: expected a repository"),
    ],
)
def test_a_bad_setting_is_one_line_that_names_file_key_and_expectation(configure, text: str, expected: str) -> None:
    path = configure(text)
    with pytest.raises(ConfigurationError) as error:
        load_settings()
    (line,) = str(error.value).splitlines()
    assert line.startswith(f"{path}: {expected}")


def test_a_token_in_the_file_is_refused_without_repeating_it(configure) -> None:
    configure('[github]\ntoken = "ghp_secret"')
    with pytest.raises(ConfigurationError, match="tokens are read from the environment only") as error:
        load_settings()
    assert "ghp_secret" not in str(error.value)


def test_a_missing_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COMMUNITY_CONFIG", str(tmp_path / "nowhere.toml"))
    with pytest.raises(ConfigurationError, match=r"nowhere\.toml: no such file; expected a community\.toml"):
        load_settings()


def test_a_bad_environment_variable_is_named(configure, monkeypatch: pytest.MonkeyPatch) -> None:
    configure("")
    monkeypatch.setenv("COMMUNITY_PROFILE", "oracle")
    with pytest.raises(ConfigurationError, match="^COMMUNITY_PROFILE: expected 'local'$"):
        load_settings()


def test_a_missing_token_is_named_before_any_request() -> None:
    with pytest.raises(ConfigurationError, match="^GITHUB_TOKEN: not set; expected"):
        github_environment()


@pytest.mark.parametrize("token", ["ghp secret", "ghp_secret\n", "ghp_sécret"])
def test_a_malformed_token_is_refused_without_repeating_it(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", token)
    with pytest.raises(ConfigurationError, match="^GITHUB_TOKEN: expected one word") as error:
        github_environment()
    assert token not in str(error.value)


def test_the_token_may_come_from_dlts_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCES__GITHUB__TOKEN", "from-dlt")
    token = github_environment().token
    assert token
    assert token.get_secret_value() == "from-dlt"
    assert "from-dlt" not in repr(github_environment())


@pytest.mark.parametrize(
    ("api_url", "graphql_url", "endpoint"),
    [
        (None, None, "https://api.github.com/graphql"),
        ("https://ghe.example/api/v3", None, "https://ghe.example/api/graphql"),
        ("https://ghe.example/api/v3/", None, "https://ghe.example/api/graphql"),
        ("https://ghe.example/api/v3", "https://ghe.example/elsewhere", "https://ghe.example/elsewhere"),
    ],
)
def test_the_graphql_endpoint_follows_from_the_api_url(
    monkeypatch: pytest.MonkeyPatch, api_url: str | None, graphql_url: str | None, endpoint: str
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "t")
    if api_url:
        monkeypatch.setenv("GITHUB_API_URL", api_url)
    if graphql_url:
        monkeypatch.setenv("GITHUB_GRAPHQL_URL", graphql_url)
    assert github_environment().graphql_endpoint == endpoint


@pytest.mark.parametrize(
    "url", ["api.github.com", "http://ghe.example/api/v3", "ftp://ghe.example", "https://a b", "https://u:p@x"]
)
def test_a_malformed_url_or_one_that_would_send_the_token_in_clear_is_named(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("GITHUB_API_URL", url)
    with pytest.raises(ConfigurationError, match="^GITHUB_API_URL: expected a URL that starts with https://"):
        github_environment()


def test_half_a_key_of_artifact_hub_is_refused_and_none_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    section = ArtifactHubSection(users=["ada"])
    assert section.environment().key is None
    monkeypatch.setenv("ARTIFACT_HUB_API_KEY_ID", "the-id")
    with pytest.raises(ConfigurationError, match="^ARTIFACT_HUB_API_KEY_SECRET: not set; expected both parts"):
        section.environment()
    monkeypatch.setenv("ARTIFACT_HUB_API_KEY_SECRET", "the secret")
    with pytest.raises(ConfigurationError, match="^ARTIFACT_HUB_API_KEY_SECRET: expected one word") as error:
        section.environment()
    assert "the secret" not in str(error.value)
    monkeypatch.setenv("ARTIFACT_HUB_API_KEY_SECRET", "the-secret")
    environment = section.environment()
    assert environment.key == ("the-id", "the-secret")
    assert "the-secret" not in repr(environment)
