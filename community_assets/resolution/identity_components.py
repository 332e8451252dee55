"""Components: which links between accounts hold together, and so which accounts are one person.

What belongs here: connected components over links, what must not become one component, and decisions, which come before
any evidence. Accounts are numbers from 0; where the links come from does not matter here.
"""

from typing import Any

import polars as pl


def decided(decisions: pl.DataFrame, size: int) -> tuple[Any, pl.DataFrame]:
    """Components over confirmed pairs, and the denied pairs that hold; of decisions that contradict, the newest do.

    Args:
        decisions: left, right, decision (`confirmed` or `denied`), decided_at.
        size: how many accounts there are.

    Returns:
        The component of each account, and left, right of the denied pairs that no newer confirmations join.
    """
    parent = list(range(size))
    denied: list[tuple[int, int]] = []
    newest_first = decisions.sort("decided_at", "left", "right", descending=[True, False, False])
    for left, right, decision in newest_first.select("left", "right", "decision").iter_rows():
        one, other = _root(parent, left), _root(parent, right)
        if decision == "denied" and one != other:
            denied.append((left, right))
        elif decision == "confirmed" and not any(
            {_root(parent, a), _root(parent, b)} == {one, other} for a, b in denied
        ):
            parent[max(one, other)] = min(one, other)
    import numpy as np

    labels = np.array([_root(parent, account) for account in range(size)], dtype=np.int64)
    return labels, pl.DataFrame(denied, schema={"left": pl.Int64, "right": pl.Int64}, orient="row")


def _root(parent: list[int], account: int) -> int:
    while parent[account] != account:
        account = parent[account]
    return account


def connected(size: int, links: pl.DataFrame, labels: Any = None) -> Any:
    """The component of each account over links, and over what has a label in common: the least account in it."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    start = np.arange(size) if labels is None else labels
    left, right = start[links["left"].to_numpy()], start[links["right"].to_numpy()]
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(size, size))
    # Labels are accounts, so that a component of the graph of labels is one of accounts.
    _, numbers = connected_components(graph, directed=False)
    least = np.unique(numbers, return_index=True)[1]
    return least[numbers][start]


def components(accounts: pl.DataFrame, links: pl.DataFrame, decisions: pl.DataFrame) -> Any:
    """The component of each account: over confirmed pairs, then over links, the surest first, unless it is forbidden.

    Forbidden are two living accounts of one platform in one component, but for those that confirmed pairs join, and
    both accounts of a denied pair. Of links that are equally sure, none is taken that would lead there.

    Args:
        accounts: account (0, 1, …, in order), platform, is_living.
        links: left, right, confidence; those that are sure enough.
        decisions: left, right, decision, decided_at.

    Returns:
        An array with the least account of the component of each account. The order of rows does not matter.
    """
    import numpy as np

    size = accounts.height
    labels, denied = decided(decisions, size)
    platforms = accounts.with_columns(pl.Series("platform", accounts["platform"].rank("dense")))
    whole = connected(size, links, labels)
    forbidden = _forbidden(platforms, denied, labels, whole)
    settled = ~np.isin(whole, whole[forbidden])
    result = np.where(settled, whole, labels)
    open_links = links.filter(pl.Series(~settled)[links["left"]]).sort("confidence", descending=True)
    for tier in open_links.partition_by("confidence", maintain_order=True):
        barred = _forbidden(platforms, denied, result, connected(size, tier, result))
        is_free = ~(barred[tier["left"].to_numpy()] | barred[tier["right"].to_numpy()])
        result = connected(size, tier.filter(pl.Series(is_free)), result)
    return result


def _forbidden(accounts: pl.DataFrame, denied: pl.DataFrame, labels: Any, merged: Any) -> Any:
    """Which accounts are in a component of `labels` that must not be joined with another one as `merged` would do."""
    import numpy as np

    living = accounts.with_columns(label=pl.Series(labels), merged=pl.Series(merged)).filter("is_living")
    crowded = (
        living.select("merged", "platform", "label")
        .unique()
        .filter(pl.len().over("merged", "platform") > 1)["label"]
        .to_numpy()
    )
    left, right = denied["left"].to_numpy(), denied["right"].to_numpy()
    parted = (labels[left] != labels[right]) & (merged[left] == merged[right])
    return np.isin(labels, np.concatenate([crowded, labels[left[parted]], labels[right[parted]]]))
