"""Network: how central a person is among the people and repositories around ours.

What belongs here: the rank over edges between people and targets. What an interaction weighs is decided in the seed
`interaction_weights`.
"""

import polars as pl

DAMPING = 0.85
_TOLERANCE = 1e-12
_MOST_STEPS = 200


def network_ranks(edges: pl.DataFrame) -> pl.DataFrame:
    """Rank people over all edges, and over those that are no stars.

    Args:
        edges: person_id, target_id, kind, weight, trust; the latter, 0 to 1, is how much of the weight counts.

    Returns:
        person_id, pagerank, pagerank_without_stars, pagerank_with_suspicious: one row per person with an edge. The
        first is null without trust, the second for people who only starred, too; the last trusts everybody.
    """
    trusted = edges.filter(pl.col("trust") > 0).with_columns(pl.col("weight") * pl.col("trust"))
    with_suspicious = personalised_pagerank(edges).rename({"pagerank": "pagerank_with_suspicious"})
    without_stars = personalised_pagerank(trusted.filter(pl.col("kind") != "star"))
    return (
        with_suspicious.join(personalised_pagerank(trusted), on="person_id", how="left")
        .join(without_stars.rename({"pagerank": "pagerank_without_stars"}), on="person_id", how="left")
        .select("person_id", "pagerank", "pagerank_without_stars", "pagerank_with_suspicious")
    )


def personalised_pagerank(edges: pl.DataFrame) -> pl.DataFrame:
    """Rank people by PageRank over the undirected graph of people and targets, seeded on the targets.

    A walker goes from a person to one of their targets, and from a target to one of its people, in proportion to the
    weights; at each step, with probability 1 - `DAMPING`, it starts again at any target. The rank of a person is how
    often the walker is there (Page, Brin, Motwani and Winograd 1999, section 6: personalised PageRank).

    Args:
        edges: person_id, target_id, weight; positive weights, several rows of one pair add up. Their order is of no
            consequence.

    Returns:
        person_id, pagerank; one row per person with an edge, by person_id. With the ranks of the targets they sum to 1.
    """
    import numpy as np
    from scipy import sparse

    weights = edges.group_by("person_id", "target_id").agg(pl.col("weight").sort().sum()).sort("person_id", "target_id")
    if weights.is_empty():
        return pl.DataFrame(schema={"person_id": pl.String, "pagerank": pl.Float64})
    people = weights["person_id"].unique().sort()
    targets = weights["target_id"].unique().sort()
    rows = people.search_sorted(weights["person_id"]).to_numpy()
    columns = targets.search_sorted(weights["target_id"]).to_numpy()
    matrix = sparse.csr_array((weights["weight"].to_numpy(), (rows, columns)), shape=(people.len(), targets.len()))
    to_targets = (sparse.diags_array(1 / matrix.sum(axis=1)) @ matrix).T.tocsr()
    to_people = (matrix @ sparse.diags_array(1 / matrix.sum(axis=0))).tocsr()
    start = np.full(targets.len(), 1 / targets.len())
    person_rank, target_rank = np.zeros(people.len()), start
    for _ in range(_MOST_STEPS):
        step = DAMPING * (to_targets @ person_rank) + (1 - DAMPING) * start
        person_rank = DAMPING * (to_people @ target_rank)
        change = np.abs(step - target_rank).sum()
        target_rank = step
        if change < _TOLERANCE:
            break
    # Rounded, so that the noise of sums never decides a tie.
    return pl.DataFrame({"person_id": people, "pagerank": np.round(person_rank, 12)})
