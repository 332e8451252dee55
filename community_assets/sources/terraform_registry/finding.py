"""Finding: which modules and providers there are, by namespace, name or search, and what is asked of each.

What belongs here: paths, pages, and what a missing answer means. What a walk has stored is said in `source.py`.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator

from community_assets.sources.rest import MissingError, RefusedError
from community_assets.sources.terraform_registry import rows
from community_assets.sources.terraform_registry.rows import Node

if TYPE_CHECKING:
    from community_assets.sources.terraform_registry.source import TerraformRegistryLoad

PAGE_SIZE = 100
"""What is asked for; the registry gives less where that is more than it likes."""
_MODULE, _PROVIDER = ("namespace", "name", "provider"), ("namespace", "name")
# The order of a list moves while it is paged: it is listed again until that shows nothing new, so many times at most.
_MOST_PASSES = 4
Known = dict[str, Any]
Named = tuple[str, Node]
Pages = Iterable[list[Any]]


def modules(load: "TerraformRegistryLoad", known: Known) -> dict[str, Node]:
    """Modules by id, as lists tell of them."""
    found: dict[str, Node] = {}
    for namespace in load.namespaces:
        found |= _of_namespace(load, namespace, _modules_of, _module, _module_named, known)
    for words in load.searches:
        found |= load.survive(f"search {words}", partial(_searched, load, words)) or {}
    return found | _by_name(load, load.modules, _module_named)


def providers(load: "TerraformRegistryLoad", known: Known) -> dict[str, Node]:
    """Providers by id, as lists tell of them: `id` and `attributes`."""
    found: dict[str, Node] = {}
    for namespace in load.namespaces:
        found |= _of_namespace(load, namespace, _providers_of, _provider, _provider_named, known)
    return found | _by_name(load, load.providers, _provider_named)


def describe_module(load: "TerraformRegistryLoad", node: Node, version: str | None) -> tuple[Node, Node]:
    """The row of a module, and what names its versions; nothing does where its newest version is a known one."""
    path = _path(*(node[key] for key in _MODULE))
    summary = load.api.get(f"v2/modules/{path}/downloads/summary", "data")
    row = rows.module(node, _attributes(summary), load.observation())
    if version and row["version"] == version:
        return row, {}
    return row, node if "versions" in node else load.api.get(f"v1/modules/{path}", "namespace") or {}


def describe_provider(load: "TerraformRegistryLoad", node: Node, version: str | None) -> tuple[Node, Node]:
    """The row of a provider, and what names its versions; nothing does where its newest version is a known one."""
    attributes, registry_id = node["attributes"], node["id"]
    details = load.api.get(f"v1/providers/{_path(*(attributes[key] for key in _PROVIDER))}", "namespace") or {}
    summary = load.api.get(f"v2/providers/{quote(registry_id, safe='')}/downloads/summary", "data")
    row = rows.provider(registry_id, attributes, details, _attributes(summary), load.observation())
    return row, {} if version and row["version"] == version else details


def _of_namespace(  # noqa: PLR0913, PLR0917
    load: "TerraformRegistryLoad",
    namespace: str,
    pages: Callable[["TerraformRegistryLoad", str], Pages],
    named: Callable[[Any], Named],
    ask: Callable[["TerraformRegistryLoad", str], Named | None],
    known: Known,
) -> dict[str, Node]:
    """What a namespace lists, and what it listed before, asked for by name: a list alone takes nothing away."""
    listed = load.survive(namespace, partial(_whole, partial(pages, load, namespace), named))
    if listed is None:
        return {}
    load.listed[namespace] += len(listed)
    missing = [key for key in known if key not in listed and _is_of(key, namespace)]
    return listed | _by_name(load, missing, ask, known)


def _modules_of(load: "TerraformRegistryLoad", namespace: str) -> Pages:
    for page in load.api.pages(f"v1/modules/{_path(namespace)}", "modules", _by_offset(), {"limit": PAGE_SIZE}):
        yield [node for node in page if not rows.has_names(node, *_MODULE) or _is_of(rows.module_id(node), namespace)]


def _providers_of(load: "TerraformRegistryLoad", namespace: str) -> Pages:
    asked = {"filter[namespace]": namespace, "page[size]": PAGE_SIZE}
    for page in load.api.pages("v2/providers", "data", _by_number(), asked):
        others = [node for node in page if _is_provider(node) and not _is_of(_provider(node)[0], namespace)]
        if page and len(others) == len(page):
            return  # all the world's providers, by a registry that knows no such filter
        yield [node for node in page if node not in others]


def _searched(load: "TerraformRegistryLoad", words: str) -> dict[str, Node]:
    found: dict[str, Node] = {}
    asked = {"q": words, "limit": min(PAGE_SIZE, load.results_per_search + 1)}
    for page in _going_on(load.api.pages("v1/modules/search", "modules", _by_offset(), asked)):
        found |= dict(map(_module, page))
        if len(found) > load.results_per_search:
            load.notes[f"search {words}"] = f"only the first {load.results_per_search} modules are loaded"
            break
    return dict(list(found.items())[: load.results_per_search])


def _going_on(pages: Pages) -> Pages:
    """Pages until one is like the one before: they would never end."""
    last = None
    for page in pages:
        if page == last:
            return
        last = page
        yield page


def _whole(list_once: Callable[[], Pages], named: Callable[[Any], Named]) -> dict[str, Node]:
    """What is on a list; of several pages, after it was listed until that showed nothing new."""
    found: dict[str, Node] = {}
    for _ in range(_MOST_PASSES):
        known, pages = len(found), 0
        try:
            for page in _going_on(list_once()):
                pages += 1
                found |= dict(map(named, page))
        except MissingError:
            break
        if pages < 2 or len(found) == known:
            break
    return found


def _by_name(
    load: "TerraformRegistryLoad",
    names: Iterable[str],
    ask: Callable[["TerraformRegistryLoad", str], Named | None],
    known: Known | None = None,
) -> dict[str, Node]:
    """Modules or providers asked for by their names; what is gone is noted and known no longer."""
    found: dict[str, Node] = {}
    for name in names:
        failures = len(load.failures)
        answer = load.survive(name, partial(ask, load, name))
        if answer:
            found[answer[0]] = answer[1]
        elif load.failure or len(load.failures) > failures:
            continue
        elif known is None:
            load.failures[name] = "no such name in the Terraform Registry"
        else:
            load.notes[name] = "is in the Terraform Registry no longer"
            known.pop(name)
    return found


def _module_named(load: "TerraformRegistryLoad", name: str) -> Named | None:
    node = load.api.get(f"v1/modules/{_path(*name.split('/'))}", "namespace")
    return _module(node) if node else None


def _provider_named(load: "TerraformRegistryLoad", name: str) -> Named | None:
    answer = load.api.get(f"v2/providers/{_path(*name.split('/'))}", "data")
    return _provider(answer["data"]) if answer else None


def _module(node: Any) -> Named:
    if not rows.has_names(node, *_MODULE):
        raise RefusedError("the Terraform Registry lists a module of an unknown form")
    return rows.module_id(node), node


def _is_provider(node: Any) -> bool:
    return rows.has_names(node, "id") and rows.has_names(node.get("attributes"), *_PROVIDER)


def _provider(node: Any) -> Named:
    if not _is_provider(node):
        raise RefusedError("the Terraform Registry lists a provider of an unknown form")
    return rows.provider_id(node["attributes"]), node


def _is_of(key: str, namespace: str) -> bool:
    return key.startswith(f"{namespace.lower()}/")


def _attributes(answer: Node | None) -> Node:
    data = (answer or {}).get("data")
    attributes = data.get("attributes") if isinstance(data, dict) else None
    return attributes if isinstance(attributes, dict) else {}


def _by_offset() -> JSONResponseCursorPaginator:
    """Pages of API v1; the last one names no next offset."""
    return JSONResponseCursorPaginator(cursor_path="meta.next_offset", cursor_param="offset")


def _by_number() -> JSONResponseCursorPaginator:
    """Pages of API v2."""
    return JSONResponseCursorPaginator(cursor_path="meta.pagination.next-page", cursor_param="page[number]")


def _path(*names: str) -> str:
    return "/".join(quote(name, safe="") for name in names)
