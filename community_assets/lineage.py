"""Column lineage: from which columns of its parents each column of a dbt model is made, read off its compiled SQL.

The integration's own reading qualifies the query anew for each column, which takes longer than all models together.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope
from sqlglot.schema import MappingSchema

DIALECT = "duckdb"
Relation = tuple[str, str, str]
Columns = Mapping[Relation, Mapping[str, str]]


def parent_columns(sql: str, parents: Columns) -> dict[str, set[tuple[Relation, str]]]:
    """For each column of a query, the columns of `parents` that it is made from, or that decide its value.

    Args:
        sql: a compiled query.
        parents: columns and their types of each relation (database, schema, table) that the query reads.

    Returns:
        Parents by column; empty where the query cannot be read, such as for functions that return rows of any shape.
    """
    return _parent_columns(sql, tuple((relation, tuple(columns.items())) for relation, columns in parents.items()))


# Between two builds of one process hardly a query changes.
@lru_cache(maxsize=1_000)
def _parent_columns(
    sql: str, parents: tuple[tuple[Relation, tuple[tuple[str, str], ...]], ...]
) -> dict[str, set[tuple[Relation, str]]]:
    schema: dict[str, Any] = {}
    for (database, name, table), columns in parents:
        schema.setdefault(database, {}).setdefault(name, {})[table] = dict(columns)
    try:
        query = qualify(parse_one(sql, dialect=DIALECT), schema=MappingSchema(schema, dialect=DIALECT), dialect=DIALECT)
        scope = build_scope(query)
        assert isinstance(query, exp.Query)
        return {name: _leaves(name, query, scope) for name in query.named_selects}
    except SqlglotError:
        return {}


def _leaves(column: str, query: exp.Expression, scope: Any) -> set[tuple[Relation, str]]:
    # Trimming is for labels, and copies the query for each column.
    nodes = lineage(column, query, dialect=DIALECT, scope=scope, trim_selects=False, copy=False).walk()
    leaves = [(node.source, node.name) for node in nodes if not node.downstream]
    return {
        ((table.catalog, table.db, table.name), exp.to_column(name).name)
        for table, name in leaves
        if isinstance(table, exp.Table)
    }
