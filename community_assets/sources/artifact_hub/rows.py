"""Rows: what Artifact Hub's answers become. Pure renaming; what has another type than its contract says is null."""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

Node = dict[str, Any]
# By the numbers of `repository.kind`, the names in paths.
KINDS = dict(enumerate([
    "helm", "falco", "opa", "olm", "tbaction", "krew", "helm-plugin", "tekton-task", "keda-scaler", "coredns", "keptn",
    "tekton-pipeline", "container", "kubewarden", "gatekeeper", "kyverno", "knative-client-plugin", "backstage",
    "argo-template", "kubearmor", "kcl", "headlamp", "inspektor-gadget", "tekton-stepaction", "meshery", "opencost",
    "radius", "bootc", "kagent",
]))  # fmt: skip
# Kinds whose repositories are registries or indexes: the source of what they name is elsewhere.
_INDEXED = {"helm", "olm", "krew", "container", "kcl", "bootc", "kagent"}
_FORGES = re.compile(
    r"https?://(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org)/[^/\s]+/[^/\s]+", re.I
)
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_MOST = 2**63 - 1


def package(node: Node, observation: Node) -> Node:
    """The row of `schemas.PACKAGES` that a package of a search is."""
    repository = _section(node.get("repository"))
    publisher_id, publisher_name = _publisher(repository)
    return {
        "package_id": node["package_id"],
        "name": _text(node.get("name")),
        "normalized_name": _text(node.get("normalized_name")),
        "display_name": _text(node.get("display_name")),
        "description": _text(node.get("description")),
        "kind": (kind := _number(repository.get("kind"))),
        "kind_name": KINDS.get(kind) if kind is not None else None,
        "stars": _number(node.get("stars")),
        "version": _text(node.get("version")),
        "app_version": _text(node.get("app_version")),
        "license": _text(node.get("license")),
        "released_at": _moment(node.get("ts")),
        "is_official": _flag(node.get("official")),
        "is_deprecated": _flag(node.get("deprecated")),
        "is_signed": _flag(node.get("signed")),
        "production_organizations": _number(node.get("production_organizations_count")),
        "repository_id": _text(repository.get("repository_id")),
        "repository_name": _text(repository.get("name")),
        "repository_url": _text(repository.get("url")),
        "repository_is_official": _flag(repository.get("official")),
        "is_verified_publisher": _flag(repository.get("verified_publisher")),
        "publisher_id": publisher_id,
        "publisher_name": publisher_name,
        **observation,
    }


def details(package_id: str, node: Node | None, asked_for: Node, observation: Node) -> Iterator[Node]:
    """Rows of `schemas.PACKAGE_DETAILS`: the package, then each maintainer who has an address.

    A package that is not there any more is an observation too. `asked_for` has the version and time that a search told.
    """
    if node is None:
        yield {"package_id": package_id, "is_found": False, **asked_for, **observation}
        return
    maintainers = dict(_maintainers(node))
    releases = [_section(release) for release in _several(node.get("available_versions"))]
    moments = sorted(moment for release in releases if (moment := _moment(release.get("ts"))))
    known = {"package_id": package_id, "is_found": True, **asked_for, **observation}
    source_url, source_field = source_of(node)
    yield {
        **known,
        "maintainers": len(maintainers),
        "home_url": _text(node.get("home_url")),
        "content_url": _text(node.get("content_url")),
        "links": _links(node),
        "source_url": source_url,
        "source_field": source_field,
        "keywords": [word for keyword in _several(node.get("keywords")) if (word := _text(keyword))],
        "versions": len(releases),
        "first_released_at": next(iter(moments), None),
        "subscriptions": _number(_section(node.get("stats")).get("subscriptions")),
    }
    for account_id, (name, email) in maintainers.items():
        yield {**known, "account_id": account_id, "maintainer_name": name, "maintainer_email": email}


def account_of(email: str) -> str:
    """The lasting id of whoever maintains packages by an address; it tells the address to nobody who does not know it.

    SHA-256 of the address in lower case, the first 32 hexadecimal digits.
    """
    return f"maintainer:{hashlib.sha256(email.lower().encode()).hexdigest()[:32]}"


def source_of(node: Node) -> tuple[str | None, str | None]:
    """Where a package says that its source is, and in which field: nothing is guessed from other links.

    The link of that name, one to a forge before others; else the home page, where a forge has it; else the repository
    from which the package comes, unless its kind comes from registries or indexes.
    """
    repository = _section(node.get("repository"))
    named = [link["url"] for link in _links(node) if (link["name"] or "").strip().lower() in ("source", "source code")]
    on_forge = [url for url in named if url and _FORGES.match(url)]
    if named := [url for url in (*on_forge, *named) if url]:
        return named[0], "links"
    home_url, url = _text(node.get("home_url")), _text(repository.get("url"))
    if home_url and _FORGES.match(home_url):
        return home_url, "home_url"
    if url and _FORGES.match(url) and KINDS.get(_number(repository.get("kind")) or 0, "helm") not in _INDEXED:
        return url, "repository"
    return None, None


def path_of(kind: int | None, repository: str | None, name: str | None) -> str | None:
    """Path of a package's details; null where its kind has no name that is known here, or a name fits in no path."""
    kind_name = KINDS.get(kind) if kind is not None else None
    names = [part for part in (repository, name) if part and part not in (".", "..")]
    if kind_name is None or len(names) < 2:
        return None
    return f"packages/{kind_name}/" + "/".join(quote(part, safe="") for part in names)


def _maintainers(node: Node) -> Iterator[tuple[str, tuple[str | None, str]]]:
    for maintainer in map(_section, _several(node.get("maintainers"))):
        email = (_text(maintainer.get("email")) or "").strip()
        if _ADDRESS.fullmatch(email):
            yield account_of(email), (_text(maintainer.get("name")), email)


def _publisher(repository: Node) -> tuple[str | None, str | None]:
    if organization := _text(repository.get("organization_name")):
        return f"organization:{organization}", _text(repository.get("organization_display_name"))
    if alias := _text(repository.get("user_alias")):
        return f"user:{alias}", None
    return None, None


def _links(node: Node) -> list[Node]:
    links = map(_section, _several(node.get("links")))
    return [{"name": _text(link.get("name")), "url": _text(link.get("url"))} for link in links]


def _section(value: Any) -> Node:
    return value if isinstance(value, dict) else {}


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    """Half a surrogate pair, which JSON can spell and nothing can store, becomes `?`."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) and value else None


def _number(value: Any) -> int | None:
    return int(value) if _is_number(value) and abs(value) <= _MOST else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _moment(seconds: Any) -> str | None:
    """A time from seconds since the epoch; null where it lies outside of what can be stored."""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat() if _is_number(seconds) and seconds > 0 else None
    except (OverflowError, ValueError, OSError):
        return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
