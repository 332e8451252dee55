"""Rows: what the registry's answers become. Pure renaming; what has another type than its contract says is null."""

import re
from datetime import UTC, datetime
from typing import Any

Node = dict[str, Any]
_MOST = 2**63 - 1
_FRACTION = re.compile(r"(\.\d{6})\d+")


def module(node: Node, downloads: Node, observation: Node) -> Node:
    """The row of `schemas.MODULES` that a module of a list is, with the summary of its downloads."""
    return {
        "module_id": module_id(node),
        "creator_id": creator_id(node),
        "namespace": _text(node["namespace"]),
        "name": _text(node["name"]),
        "provider": _text(node["provider"]),
        "description": _text(node.get("description")),
        "source_url": _text(node.get("source")),
        "version": _text(node.get("version")),
        "published_at": _moment(node.get("published_at")),
        "is_verified": _flag(node.get("verified")),
        **_downloads(downloads, node),
        **observation,
    }


def provider(registry_id: str | None, attributes: Node, details: Node, downloads: Node, observation: Node) -> Node:
    """The row of `schemas.PROVIDERS` that a provider of a list is, with its newest version and its downloads."""
    return {
        "provider_id": provider_id(attributes),
        "creator_id": creator_id(attributes),
        "registry_id": registry_id,
        "namespace": _text(attributes["namespace"]),
        "name": _text(attributes["name"]),
        "description": _text(attributes.get("description")),
        "source_url": _text(attributes.get("source")) or _text(details.get("source")),
        "version": _text(details.get("version")),
        "published_at": _moment(details.get("published_at")),
        "tier": _text(attributes.get("tier")),
        "is_unlisted": _flag(attributes.get("unlisted")),
        **_downloads(downloads, attributes),
        **observation,
    }


def versions(kind: str, row: Node, node: Node, observation: Node) -> list[Node]:
    """Rows of `schemas.VERSIONS`, one for each version that the details of a module or provider name."""
    named = node.get("versions")
    known = {text for version in (named if isinstance(named, list) else ()) if (text := _text(version))}
    artifact = {"kind": kind, "artifact_id": row[f"{kind}_id"], "creator_id": row["creator_id"]}
    return [{**artifact, "version": version, **observation} for version in sorted(known)]


def module_id(node: Node) -> str:
    """`namespace/name/provider` in lower case."""
    return _id(node["namespace"], node["name"], node["provider"])


def provider_id(attributes: Node) -> str:
    """`namespace/name` in lower case."""
    return _id(attributes["namespace"], attributes["name"])


def creator_id(node: Node) -> str:
    """The namespace in lower case."""
    return _id(node["namespace"])


def has_names(node: Any, *keys: str) -> bool:
    """Whether a node names itself by these keys, so that it can be told from others and asked for."""
    return isinstance(node, dict) and all(isinstance(node.get(key), str) and node[key] for key in keys)


def _id(*names: str) -> str:
    return (_text("/".join(names)) or "").lower()


def _downloads(summary: Node, node: Node) -> Node:
    total = _number(summary.get("total"))
    return {
        "downloads": _number(node.get("downloads")) if total is None else total,
        "downloads_week": _number(summary.get("week")),
        "downloads_month": _number(summary.get("month")),
        "downloads_year": _number(summary.get("year")),
    }


def _text(value: Any) -> str | None:
    """Half a surrogate pair, which JSON can spell and nothing can store, becomes `?`; empty text is none."""
    return value.encode("utf-8", "replace").decode() or None if isinstance(value, str) else None


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _MOST else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _moment(value: Any) -> str | None:
    """A time in UTC, to the microsecond; the registry writes nanoseconds."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(_FRACTION.sub(r"\1", value))
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return None
