"""The golden set of places with its answers, for the test that holds it and the bench that reports it."""

from functools import cache
from pathlib import Path

import polars as pl

from community_assets.resolution import resolve_places

PLACES = pl.read_csv(Path(__file__).with_name("golden_places.csv"), infer_schema=False, empty_string_is_null=False)


@cache
def golden_places() -> pl.DataFrame:
    """Phenomenon, location, the expected `golden_*` columns, the answer, and whether it is right.

    A region or city counts where one is expected.
    """
    parts = ("region", "city")
    expected = PLACES.rename({name: f"golden_{name}" for name in ("country_code", *parts)})
    answers = resolve_places(PLACES["location"]).drop("location")
    return pl.concat([expected, answers], how="horizontal").with_columns(
        right=pl.all_horizontal(
            pl.col("golden_country_code") == pl.col("country_code").fill_null(""),
            *(
                pl.col(f"golden_{name}").replace("", None).fill_null(pl.col(name)).eq_missing(pl.col(name))
                for name in parts
            ),
        )
    )
