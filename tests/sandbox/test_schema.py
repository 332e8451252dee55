"""The sandbox's GraphQL schema is a part of GitHub's own: no name, type or default in it is made up."""

from pathlib import Path

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    is_required_argument,
    parse,
    validate,
)

from community_assets.sandbox.github_graphql import SDL, schema
from community_assets.sources.github import source

QUERIES = sorted(Path(source.__file__).parent.glob("queries/*.graphql"))
OURS = {name: type_ for name, type_ in schema().type_map.items() if not name.startswith("__")}


@pytest.mark.parametrize("ours", OURS.values(), ids=OURS)
def test_every_type_is_a_part_of_githubs(ours: GraphQLNamedType, github_schema: GraphQLSchema) -> None:
    theirs = github_schema.type_map[ours.name]
    assert type(theirs) is type(ours)
    if isinstance(ours, GraphQLObjectType | GraphQLInterfaceType):
        assert isinstance(theirs, GraphQLObjectType | GraphQLInterfaceType)
        assert {i.name for i in ours.interfaces} <= {i.name for i in theirs.interfaces}
        assert [problem for field in ours.fields for problem in field_problems(ours, theirs, field)] == []
    elif isinstance(ours, GraphQLEnumType):
        assert isinstance(theirs, GraphQLEnumType)
        assert set(ours.values) <= set(theirs.values)
    elif isinstance(ours, GraphQLInputObjectType):
        assert isinstance(theirs, GraphQLInputObjectType)
        assert {n: str(f.type) for n, f in ours.fields.items()} == {n: str(f.type) for n, f in theirs.fields.items()}


@pytest.mark.parametrize("query", QUERIES, ids=lambda path: path.stem)
def test_the_clients_queries_are_valid_at_github(query: Path, github_schema: GraphQLSchema) -> None:
    assert validate(github_schema, parse(query.read_text("utf-8"))) == []


def field_problems(
    ours: GraphQLObjectType | GraphQLInterfaceType, theirs: GraphQLObjectType | GraphQLInterfaceType, name: str
) -> list[str]:
    if name not in theirs.fields:
        return [f"{name} is not GitHub's"]
    mine, real = ours.fields[name], theirs.fields[name]
    problems = [] if str(mine.type) == str(real.type) else [f"{name}: {mine.type} is {real.type}"]
    problems += [f"{name}({a}) differs" for a in mine.args if not is_same(mine.args[a], real.args.get(a))]
    return problems + [
        f"{name}({a}) is required" for a in real.args if is_required_argument(real.args[a]) and a not in mine.args
    ]


def is_same(mine: GraphQLArgument, real: GraphQLArgument | None) -> bool:
    return real is not None and str(mine.type) == str(real.type) and mine.default_value == real.default_value


def test_no_description_of_githubs_is_copied() -> None:
    document = parse(SDL.read_text("utf-8"))
    assert [d for d in document.definitions if getattr(d, "description", None)] == []
