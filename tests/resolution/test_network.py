"""PageRank over people and targets, against an independent implementation."""

import networkx
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_assets.resolution.network import DAMPING, network_ranks, personalised_pagerank

EDGES = st.lists(
    st.tuples(st.sampled_from([f"p{n}" for n in range(8)]), st.sampled_from("abcd"), st.floats(0.5, 3)),
    min_size=1,
    max_size=40,
)


def frame(edges: list[tuple[str, str, float]]) -> pl.DataFrame:
    return pl.DataFrame(edges, schema=["person_id", "target_id", "weight"], orient="row")


@given(EDGES)
def test_ranks_are_those_of_networkx(edges: list[tuple[str, str, float]]) -> None:
    graph = networkx.Graph()
    for person, target, weight in edges:
        known = graph.get_edge_data(person, target, {"weight": 0})["weight"]
        graph.add_edge(person, target, weight=known + weight)
    seeds = {target: 1 for _, target, _ in edges}
    expected = networkx.pagerank(graph, alpha=DAMPING, personalization=seeds, tol=1e-13, max_iter=1000)
    for person, rank in personalised_pagerank(frame(edges)).iter_rows():
        assert rank == pytest.approx(expected[person], abs=1e-9)


@given(EDGES, st.randoms())
def test_the_order_of_edges_changes_nothing(edges: list[tuple[str, str, float]], random: object) -> None:
    shuffled = list(edges)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert personalised_pagerank(frame(edges)).equals(personalised_pagerank(frame(shuffled)))


def test_more_of_the_same_deed_raises_the_rank() -> None:
    once = frame([("ada", "a", 1.0), ("grace", "a", 1.0)])
    twice = frame([("ada", "a", 1.0), ("ada", "a", 1.0), ("grace", "a", 1.0)])
    assert dict(personalised_pagerank(twice).iter_rows())["ada"] > dict(personalised_pagerank(once).iter_rows())["ada"]


def test_who_is_not_trusted_takes_nothing_from_others_and_has_a_rank_with_suspicious_people() -> None:
    genuine = [("ada", "a", "star", 1.0, 1.0), ("ada", "b", "fork", 2.0, 1.0), ("grace", "a", "star", 1.0, 1.0)]
    columns = ["person_id", "target_id", "kind", "weight", "trust"]
    among_themselves = network_ranks(pl.DataFrame(genuine, schema=columns, orient="row"))
    bought = [(f"bought{n}", "a", "star", 1.0, 0.0) for n in range(9)]
    among_all = network_ranks(pl.DataFrame(genuine + bought, schema=columns, orient="row"))
    met = among_all.filter(~pl.col("person_id").str.starts_with("bought"))
    same = ["person_id", "pagerank", "pagerank_without_stars"]
    assert met.select(same).equals(among_themselves.select(same))
    assert (met["pagerank_with_suspicious"] < met["pagerank"]).any()
    assert among_all.filter(pl.col("pagerank").is_null())["pagerank_with_suspicious"].min() > 0


def test_nobody_has_no_rank() -> None:
    nobody = pl.DataFrame(schema={"person_id": pl.String, "target_id": pl.String, "weight": pl.Float64})
    assert personalised_pagerank(nobody).is_empty()
