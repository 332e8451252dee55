"""Charts of the published marts for the Dagster UI: counts of people only, never who they are."""

import base64
from io import BytesIO
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    import altair

NEW_PEOPLE = "select week, cast(sum(new_people) as bigint) as people from growth group by week order by week"
COUNTRIES = "select country_name as country, people from countries order by people desc, country_code limit 15"
STAGES = "select expansion_stage as stage, count(*) as companies from companies group by expansion_stage order by 2"


def new_people(rows: pl.DataFrame) -> str:
    """People who came to the community, by week; `rows`: week, people."""
    import altair as alt

    return _markdown(alt.Chart(rows).mark_area(line=True, opacity=0.4).encode(x="week:T", y="people:Q"))


def bars(rows: pl.DataFrame) -> str:
    """A bar for each row, the longest first; `rows`: a name and a count."""
    import altair as alt

    name, count = rows.columns
    return _markdown(alt.Chart(rows).mark_bar().encode(x=f"{count}:Q", y=alt.Y(f"{name}:N", sort="-x")))


def _markdown(chart: "altair.Chart") -> str:
    """The chart as an image inside Markdown, which is what Dagster shows."""
    image = BytesIO()
    sized: Any = chart.properties(width=480)
    sized.save(image, format="png")
    return f"![chart](data:image/png;base64,{base64.b64encode(image.getvalue()).decode()})"
