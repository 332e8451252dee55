"""The Terraform Registry source: a load that goes through modules and providers by namespace, name or search.

The registry has no way to ask for what changed: each load asks for everything, so that counters have a history. Long
loads commit in chunks; one that was killed is gone on with for some hours, after that it would mix two days.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import dlt
import pyarrow as pa
from dlt.common.configuration.specs import BaseConfiguration
from dlt.extract import DltResource
from dlt.sources import DltSource

from community_assets.sources.load import Load, SourceError, UnavailableError
from community_assets.sources.rest import RefusedError, RestApi
from community_assets.sources.terraform_registry import finding, rows, schemas
from community_assets.sources.terraform_registry.rows import Node

# So many requests in a row that are not answered mean that the registry is down.
_MOST_UNANSWERED = 3
_SAME_WALK = timedelta(hours=12)
_ROWS_PER_BATCH = 50
State = dict[str, Any]
Described = tuple[Node, Node]
T = TypeVar("T")


@dataclass(kw_only=True)
class TerraformRegistryLoad(Load):
    """One refresh of the Terraform Registry.

    Attributes:
        url: where it is.
        namespaces: whose modules and providers are asked for; letter case tells nothing apart.
        modules: modules by name, `namespace/name/provider`.
        providers: providers by name, `namespace/name`.
        searches: words; the modules that the registry finds for them are asked for.
        results_per_search: at most so many of each.
        requests_per_chunk: about how many requests are lost when the load is killed.
    """

    source: str = "terraform_registry"
    url: str
    namespaces: list[str] = field(default_factory=list)
    modules: list[str] = field(default_factory=list)
    providers: list[str] = field(default_factory=list)
    searches: list[str] = field(default_factory=list)
    results_per_search: int = 100
    requests_per_chunk: int = 200

    def __post_init__(self) -> None:
        self.api = RestApi(self, self.url, "TERRAFORM_REGISTRY_URL")
        self.failure: SourceError | None = None
        self.unavailable: UnavailableError | None = None
        self.listed: Counter[str] = Counter()
        self._walked: set[str] = set()
        self._found: dict[str, dict[str, Node]] = {}
        self._versions: list[Node] = []
        self._unanswered = self._chunk_ends_at = 0

    def chunks(self, tables: Collection[str]) -> Iterator[DltSource]:
        """Modules and providers, and with each chunk the versions that it met."""
        self._walked = set(tables) & KINDS.keys()
        while left := [table for table in KINDS if table in self._walked and not self._is_finished(table)]:
            self._chunk_ends_at = self.requests + self.requests_per_chunk
            yield terraform_registry(self).with_resources(*left, "versions")
            if self.failure:
                raise self.failure
        if self.unavailable and not self.rows:
            raise self.unavailable
        if self._walked == KINDS.keys():
            self.note_unknown_namespaces()

    def _is_finished(self, table: str) -> bool:
        return self._found.get(table) == {}

    def fetch(self, table: str) -> Iterator[pa.Table]:
        """Rows of modules or providers that this walk has not stored yet, until the chunk is full."""
        kind, state = KINDS[table], self._state()
        known, done = state["versions"].setdefault(table, {}), state["done"].setdefault(table, [])
        if table not in self._found:
            found = kind.find(self, known)
            self._found[table] = {key: node for key, node in found.items() if key not in set(done)}
        waiting, batch = self._found[table], []
        while waiting and not self.failure and self.requests < self._chunk_ends_at:
            key, node = waiting.popitem()
            described = self.survive(key, partial(kind.describe, self, node, known.get(key)))
            if not described:
                continue
            row, details = described
            self._versions += rows.versions(kind.name, row, details, self.observation())
            known[key] = row["version"]
            done.append(key)
            batch.append(row)
            if len(batch) == _ROWS_PER_BATCH:
                yield self.batch(batch, kind.schema)
                batch = []
                self.logger.info("Terraform Registry: %s %s to go, %s requests", len(waiting), table, self.requests)
        yield self.batch(batch, kind.schema)

    def pop_versions(self) -> pa.Table:
        """Rows of the versions that this chunk met; the walk has ended when nothing is left."""
        found, self._versions = self._versions, []
        if not self.failure and all(map(self._is_finished, self._walked)):
            dlt.current.source_state().pop("walk", None)
        return self.batch(found, schemas.VERSIONS)

    def _state(self) -> State:
        """What is stored by this walk, and the newest version of everything that is known."""
        state = dlt.current.source_state()
        walk = state.get("walk")
        if not walk or self.started_at - datetime.fromisoformat(walk["started_at"]) > _SAME_WALK:
            state["walk"] = walk = {"started_at": self.started_at.isoformat(), "done": {}}
        return {"done": walk["done"], "versions": state.setdefault("versions", {})}

    def survive(self, name: str, ask: Callable[[], T]) -> T | None:
        """The answer to a question; null when there is none, which is noted by name, and the load goes on if it can."""
        if self.failure:
            return None
        try:
            answer = ask()
        except RefusedError as error:
            self.failures[name] = str(error)
            return None
        except UnavailableError as error:
            self.failures[name], self.unavailable = str(error), error
            self._unanswered += 1
            if self._unanswered >= _MOST_UNANSWERED:
                self.failure = error
            return None
        except SourceError as error:
            self.failure = error
            return None
        self._unanswered = 0
        return answer

    def note_unknown_namespaces(self) -> None:
        """Note as failures the namespaces of which lists show neither modules nor providers."""
        for namespace in self.namespaces:
            if not self.listed[namespace] and namespace not in self.failures:
                self.failures[namespace] = "the Terraform Registry has no modules or providers of this namespace"

    def observation(self) -> dict[str, str]:
        """The columns that tell when and in which walk a row was seen."""
        return {"observed_at": datetime.now(UTC).isoformat(), "walk_id": self.walk_id}


@dataclass(frozen=True)
class Kind:
    """A kind of artifact.

    Attributes:
        name: for one of them.
        schema: of its table.
        find: names all that are asked for, with what a list tells of them; given the newest versions that are known.
        describe: the row of one, and its details where its version is not the known one.
    """

    name: str
    schema: pa.Schema
    find: Callable[["TerraformRegistryLoad", dict[str, Any]], dict[str, Node]]
    describe: Callable[["TerraformRegistryLoad", Node, str | None], Described | None]


KINDS = {
    "modules": Kind("module", schemas.MODULES, finding.modules, finding.describe_module),
    "providers": Kind("provider", schemas.PROVIDERS, finding.providers, finding.describe_provider),
}
TABLES = [*KINDS, "versions"]


# The empty spec keeps dlt from looking for an argument of the name `load` in its own configuration.
@dlt.source(
    name="terraform_registry", max_table_nesting=0, schema_contract={"data_type": "freeze"}, spec=BaseConfiguration
)
def terraform_registry(load: TerraformRegistryLoad | None = None) -> tuple[DltResource, ...]:
    """The registry's tables.

    Args:
        load: what to ask for; without it every table comes typed and empty, so that the graph builds without it.
    """

    @dlt.resource(write_disposition="append")
    def modules() -> Iterator[pa.Table]:
        """Modules with newest version and downloads. One row per module and observation."""
        yield from load.fetch("modules") if load else [schemas.MODULES.empty_table()]

    @dlt.resource(write_disposition="append")
    def providers() -> Iterator[pa.Table]:
        """Providers with tier, newest version and downloads. One row per provider and observation."""
        yield from load.fetch("providers") if load else [schemas.PROVIDERS.empty_table()]

    @dlt.resource(write_disposition="append")
    def versions() -> Iterator[pa.Table]:
        """Versions of modules and providers. One row per version and observation."""
        yield load.pop_versions() if load else schemas.VERSIONS.empty_table()

    return modules(), providers(), versions()
