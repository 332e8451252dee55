import stat
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_assets.privacy import Suppression, load_suppression, suppress
from community_assets.settings import ConfigurationError, Paths


def test_a_suppressed_account_is_dropped_and_the_others_stay(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    suppress(paths, "github", "2")
    keep = load_suppression(paths).batch_filter("github", "database_id")
    rows = pa.table({"database_id": [1, 2, None, 3]})
    assert keep(rows)["database_id"].to_pylist() == [1, None, 3]


def test_the_register_keeps_a_hash_that_means_nothing_without_the_key(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    suppress(paths, "github", "583231")
    suppression = load_suppression(paths)
    assert suppression.hashes == {suppression.hash("github", "583231")}
    assert Suppression(b"another key", frozenset()).hash("github", "583231") not in suppression.hashes
    assert paths.suppression_key.parent != paths.register.parent
    assert stat.S_IMODE(paths.suppression_key.stat().st_mode) == 0o600


def test_the_key_is_made_once(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    assert load_suppression(paths).key == load_suppression(paths).key
    assert len(load_suppression(paths).key) == 32


def test_without_its_key_nobody_is_let_back_in(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    suppress(paths, "github", "2")
    key = paths.suppression_key.read_bytes()
    paths.suppression_key.write_bytes(b"")
    with pytest.raises(ConfigurationError, match="damaged"):
        load_suppression(paths)
    paths.suppression_key.unlink()
    with pytest.raises(ConfigurationError, match="missing"):
        load_suppression(paths)
    paths.suppression_key.write_bytes(key)
    assert load_suppression(paths).hashes


def test_the_same_id_on_another_platform_is_another_account(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    suppress(paths, "slack", "7")
    rows = pa.table({"database_id": [7]})
    assert load_suppression(paths).batch_filter("github", "database_id")(rows).num_rows == 1


@given(st.lists(st.integers(0, 50)), st.sets(st.integers(0, 50)))
def test_exactly_the_suppressed_are_dropped_in_order(ids: list[int], dropped: set[int]) -> None:
    key = b"k" * 32
    hashes = frozenset(Suppression(key, frozenset()).hash("github", str(i)) for i in dropped)
    rows = pa.table({"id": pa.array(ids, pa.int64())})
    kept = Suppression(key, hashes).batch_filter("github", "id")(rows)
    assert kept["id"].to_pylist() == [i for i in ids if i not in dropped]
