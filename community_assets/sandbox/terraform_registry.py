"""The Terraform Registry as its contract says: modules of API v1, providers of v1 and v2, summaries of downloads.

What belongs here: paths, pages and shapes. What is published is `creators.py`; faults and counting are `double.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlencode

from community_assets.sandbox.community import Community
from community_assets.sandbox.creators import Module, Provider, Release
from community_assets.sandbox.double import ApiRequest, Double
from community_assets.sandbox.github_answers import RestAnswer

T = TypeVar("T")
Shape = dict[str, Any]

DEFAULT_LIMIT = 15
FIRST_PROVIDER_ID = 323
_NOT_FOUND = RestAnswer(404, {"errors": ["Not Found"]})


class TerraformRegistry(Double):
    """The double of the Terraform Registry.

    Attributes:
        community: Whose artifacts are served, live.
        most_per_page: A greater limit is clamped to it without a word.
        is_moving: Whether the order of lists moves by one with each page that is asked for.
        gone: Ids of modules and providers, in lower case, that are not found any more.
    """

    SOURCE = "terraform_registry"
    FAILURES: ClassVar[Mapping[str, RestAnswer]] = {
        "slow down": RestAnswer(429, {"errors": ["Too Many Requests"]}, {"retry-after": "7"}),
        "slow down, untold": RestAnswer(429, {"errors": ["Too Many Requests"]}),
        "load shedding": RestAnswer(503, "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>"),
        "bad gateway": RestAnswer(502, "<html><body><h1>502 Bad Gateway</h1></body></html>"),
        "error": RestAnswer(500, {"errors": ["Internal Server Error"]}),
        "page of HTML": RestAnswer(200, "<html><body>Just a moment…</body></html>"),
    }

    def __init__(self, community: Community, server_url: str) -> None:
        super().__init__(server_url)
        self.community = community
        self.most_per_page = 100
        self.is_moving = False
        self.gone: set[str] = set()

    @property
    def environment(self) -> dict[str, str]:
        """Where it is."""
        return {"TERRAFORM_REGISTRY_URL": self.url}

    @property
    def section(self) -> dict[str, Any]:
        """Every namespace."""
        return {"namespaces": self.community.creators.namespaces}

    def answer(self, request: ApiRequest) -> RestAnswer:
        """Return what is at a path."""
        match request.path.strip("/").split("/"):
            case [".well-known", "terraform.json"]:
                return RestAnswer(200, {"modules.v1": "/v1/modules/", "providers.v1": "/v1/providers/"})
            case ["v1", "modules", *names]:
                return self._modules(names, request)
            case ["v2", "modules", namespace, name, provider, "downloads", "summary"]:
                return _about(self._module(namespace, name, provider), _summary("module-downloads-summary"))
            case [version, "providers", *names]:
                return self._providers(version, names, request)
        return _NOT_FOUND

    def _modules(self, names: Sequence[str], request: ApiRequest) -> RestAnswer:
        match names:
            case ["search"]:
                words = request.query.get("q", "").lower()
                return self._page([m for m in self._shown() if _mentions(m, words)], request)
            case [] | [_] | [_, _]:
                wanted = [name.lower() for name in names]
                return self._page([m for m in self._shown() if _names(m)[: len(wanted)] == wanted], request)
            case [namespace, name, provider]:
                return _about(self._module(namespace, name, provider), _details)
            case [namespace, name, provider, "versions"]:
                return _about(self._module(namespace, name, provider), _module_versions)
            case [namespace, name, provider, version]:
                found = self._module(namespace, name, provider)
                releases = [release for release in found.releases if release.version == version] if found else []
                return RestAnswer(200, _details(found, releases[0])) if found and releases else _NOT_FOUND
        return _NOT_FOUND

    def _page(self, modules: list[Module], request: ApiRequest) -> RestAnswer:
        """Return a page of modules, filtered as the query says."""
        query = request.query
        shown = [m for m in modules if query.get("provider", m.provider) == m.provider]
        shown = [m for m in shown if m.is_verified or query.get("verified") != "true"]
        shown = [m for m in shown if query.get("namespace", m.namespace).lower() == m.namespace.lower()]
        offset, limit = _number(query.get("offset"), 0), _number(query.get("limit"), DEFAULT_LIMIT)
        limit = min(max(limit, 1), self.most_per_page)
        page = self._moved(shown)[offset : offset + limit]
        meta: Shape = {"limit": limit, "current_offset": offset}
        others = {name: value for name, value in query.items() if name not in ("offset", "limit")}
        for way, other in (("next", offset + limit), ("prev", offset - limit)):
            if 0 <= other < len(shown):
                asked = urlencode({**others, "limit": limit, "offset": other})
                meta |= {f"{way}_offset": other, f"{way}_url": f"{request.path}?{asked}"}
        return RestAnswer(200, {"meta": meta, "modules": [_module(m) for m in page]})

    def _providers(self, version: str, names: Sequence[str], request: ApiRequest) -> RestAnswer:
        match version, *names:
            case ["v1", namespace, name]:
                return _about(self._provider(namespace, name), _provider_v1)
            case ["v1", namespace, name, "versions"]:
                return _about(self._provider(namespace, name), _provider_versions)
            case ["v2"]:
                return self._page_of_providers(request)
            case ["v2", registry_id, "downloads", "summary"]:
                return _about(self._numbered().get(registry_id), _summary("provider-downloads-summary"))
            case ["v2", namespace, name]:
                return _about(self._provider(namespace, name), lambda found: {"data": self._provider_v2(found)})
        return _NOT_FOUND

    def _page_of_providers(self, request: ApiRequest) -> RestAnswer:
        query = request.query
        shown = [p for p in self._numbered().values() if self._is_asked_for(p, request)]
        size = min(max(_number(query.get("page[size]"), DEFAULT_LIMIT), 1), self.most_per_page)
        number = max(_number(query.get("page[number]"), 1), 1)
        last = max(1, -(-len(shown) // size))
        page = self._moved(shown)[(number - 1) * size : number * size]
        links: dict[str, int | None] = {"first": 1, "last": last, "next": number + 1 if number < last else None}
        links["prev"] = number - 1 if number > 1 else None
        pagination: Shape = {"page-size": size, "current-page": number, "total-pages": last, "total-count": len(shown)}
        pagination |= {"next-page": links["next"], "prev-page": links["prev"]}
        body = {
            "data": [self._provider_v2(p) for p in page],
            "links": {
                name: other and f"{request.path}?{urlencode({**dict(query), 'page[number]': other})}"
                for name, other in links.items()
            },
            "meta": {"pagination": pagination},
        }
        return RestAnswer(200, body)

    def _is_asked_for(self, provider: Provider, request: ApiRequest) -> bool:
        facts = {"namespace": provider.namespace, "name": provider.name, "tier": provider.tier}
        asked = {name: request.query.get(f"filter[{name}]") for name in facts}
        return all(value is None or value.lower() == facts[name].lower() for name, value in asked.items())

    def _moved(self, shown: list[T]) -> list[T]:
        if not self.is_moving or not shown:
            return shown
        start = self.requests % len(shown)
        return shown[start:] + shown[:start]

    def _shown(self) -> list[Module]:
        return [m for m in self.community.creators.modules if "/".join(_names(m)) not in self.gone]

    def _numbered(self) -> dict[str, Provider]:
        """Return providers by their ids of API v2."""
        numbered = enumerate(self.community.creators.providers, start=FIRST_PROVIDER_ID)
        return {str(n): p for n, p in numbered if f"{p.namespace}/{p.name}".lower() not in self.gone}

    def _module(self, *names: str) -> Module | None:
        wanted = [name.lower() for name in names]
        return next((m for m in self._shown() if _names(m) == wanted), None)

    def _provider(self, namespace: str, name: str) -> Provider | None:
        wanted = (namespace.lower(), name.lower())
        return next((p for p in self._numbered().values() if (p.namespace.lower(), p.name.lower()) == wanted), None)

    def _provider_v2(self, provider: Provider) -> Shape:
        registry_id = next(n for n, other in self._numbered().items() if other is provider)
        attributes = {
            "alias": provider.name,
            "description": provider.description,
            "downloads": provider.downloads,
            "featured": provider.tier == "official",
            "full-name": f"{provider.namespace}/{provider.name}",
            "logo-url": f"/images/providers/{provider.tier}.svg",
            "name": provider.name,
            "namespace": provider.namespace,
            "owner-name": provider.namespace,
            "robots-noindex": False,
            "source": provider.source,
            "tier": provider.tier,
            "unlisted": False,
            "warning": "",
        }
        links = {"self": f"/v2/providers/{registry_id}"}
        return {"type": "providers", "id": registry_id, "attributes": attributes, "links": links}


def _about(found: T | None, shape: Callable[[T], Shape]) -> RestAnswer:
    return _NOT_FOUND if found is None else RestAnswer(200, shape(found))


def _names(module: Module) -> list[str]:
    return [module.namespace.lower(), module.name.lower(), module.provider.lower()]


def _mentions(module: Module, words: str) -> bool:
    return words in f"{'/'.join(_names(module))} {module.description.lower()}"


def _module(module: Module, release: Release | None = None) -> Shape:
    shown = release or module.releases[-1]
    return {
        "id": f"{module.namespace}/{module.name}/{module.provider}/{shown.version}",
        "owner": "",
        "namespace": module.namespace,
        "name": module.name,
        "version": shown.version,
        "provider": module.provider,
        "provider_logo_url": f"/images/providers/{module.provider}.png",
        "description": module.description,
        "source": module.source,
        "tag": f"v{shown.version}",
        "published_at": f"{shown.at:%Y-%m-%dT%H:%M:%S}.000000001Z",
        "downloads": module.downloads,
        "verified": module.is_verified,
    }


def _details(module: Module, release: Release | None = None) -> Shape:
    return {
        **_module(module, release),
        "root": {"path": "", "name": module.name, "readme": "", "empty": False, "inputs": [], "outputs": []},
        "submodules": [],
        "examples": [],
        "providers": [module.provider],
        "versions": [r.version for r in module.releases],
        "deprecation": None,
    }


def _module_versions(module: Module) -> Shape:
    source = f"{module.namespace}/{module.name}/{module.provider}"
    return {"modules": [{"source": source, "versions": [{"version": r.version} for r in module.releases]}]}


def _provider_versions(provider: Provider) -> Shape:
    versions = [{"version": r.version, "protocols": ["5.0"], "platforms": []} for r in provider.releases]
    return {"id": f"{provider.namespace}/{provider.name}", "versions": versions, "warnings": None}


def _provider_v1(provider: Provider) -> Shape:
    newest = provider.releases[-1]
    return {
        "id": f"{provider.namespace}/{provider.name}/{newest.version}",
        "owner": provider.namespace,
        "namespace": provider.namespace,
        "name": provider.name,
        "alias": provider.name,
        "version": newest.version,
        "tag": f"v{newest.version}",
        "description": provider.description,
        "source": provider.source,
        "published_at": f"{newest.at:%Y-%m-%dT%H:%M:%S}Z",
        "downloads": provider.downloads,
        "tier": provider.tier,
        "logo_url": f"/images/providers/{provider.tier}.svg",
        "versions": [r.version for r in provider.releases],
        "docs": [],
    }


def _summary(kind: str) -> Callable[[Module | Provider], Shape]:
    def shape(artifact: Module | Provider) -> Shape:
        week, month, year = artifact.recent_downloads
        attributes = {"week": week, "month": month, "year": year, "total": artifact.downloads}
        return {"data": {"type": kind, "id": f"{artifact.namespace}/{artifact.name}", "attributes": attributes}}

    return shape


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else default
