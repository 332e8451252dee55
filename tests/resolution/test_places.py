"""Places: the shape of the answer, how sure it is, and what must hold for any string."""

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from community_assets.resolution import resolve_places
from community_assets.resolution.gazetteer import gazetteer
from community_assets.resolution.places import named_places

COLUMNS = {
    "location": pl.String,
    "country_code": pl.String,
    "region": pl.String,
    "city": pl.String,
    "latitude": pl.Float64,
    "longitude": pl.Float64,
    "precision": pl.String,
    "confidence": pl.Float64,
    "method": pl.String,
}
FRAGMENTS = st.sampled_from(
    [
        "Berlin",
        "Paris",
        "San José",
        "TX",
        "IN",
        "Georgia",
        "🇫🇷",
        "東京",
        "Россия",
        "remote",
        ", ",
        " / ",
        "-",
        " and ",
        "(",
        ")",
    ]
)
HOSTILE = st.one_of(st.text(max_size=80), st.lists(FRAGMENTS, max_size=8).map("".join))


def place(text: str | None) -> dict[str, object]:
    return resolve_places(pl.Series([text], dtype=pl.String)).row(0, named=True)


def confidence(text: str) -> float:
    return float(str(place(text)["confidence"]))


def test_each_input_gets_one_row_in_order():
    texts = ["Oslo", None, "", "Oslo", "x" * 10_000, "Lima"]
    answers = resolve_places(pl.Series("anything", texts))
    assert dict(answers.schema) == COLUMNS
    assert answers["location"].to_list() == texts
    assert answers["country_code"].to_list() == ["NO", None, None, "NO", None, "PE"]


@pytest.mark.parametrize("empty", [pl.Series([], dtype=pl.String), pl.Series([None, None])])
def test_a_column_without_strings_is_no_error(empty: pl.Series):
    answers = resolve_places(empty)
    assert dict(answers.schema) == COLUMNS
    assert answers["country_code"].null_count() == len(empty)


@pytest.mark.parametrize(
    ("text", "precision", "near"),
    [("Zürich", "city", (47.4, 8.5)), ("Bavaria", "region", (48.6, 11.6)), ("Chile", "country", (-33.5, -71.0))],
)
def test_coordinates_are_of_the_city_or_of_where_people_of_the_area_live(
    text: str, precision: str, near: tuple[float, float]
):
    answer = place(text)
    assert answer["precision"] == precision
    assert (answer["latitude"], answer["longitude"]) == pytest.approx(near, abs=1.5)


def test_a_country_that_spans_the_date_line_lies_where_its_people_are():
    assert place("Fiji")["longitude"] == pytest.approx(178, abs=2)


def test_what_is_typed_beside_a_city_makes_it_surer():
    assert confidence("Springfield") < 0.8
    assert confidence("Springfield, Illinois") > 0.95


def test_population_decides_only_where_nothing_else_does():
    assert place("London")["country_code"] == "GB"
    assert place("London, Ontario")["country_code"] == "CA"
    assert place("London, KY")["country_code"] == "US"


def test_an_unknown_town_keeps_the_area_it_is_said_to_be_in():
    answer = place("Nosuchtownatall, Norway")
    assert (answer["country_code"], answer["precision"]) == ("NO", "country")


def test_a_namesake_elsewhere_never_overrides_the_typed_state():
    answer = place("Kingston, Wyoming")
    assert (answer["country_code"], answer["region"], answer["city"]) == ("US", "Wyoming", None)


def test_a_suburb_keeps_to_its_city():
    assert place("Hackney, London")["country_code"] == "GB"
    assert place("Brooklyn, New York")["city"] == "Brooklyn"


def test_a_flag_settles_which_namesake_is_meant():
    assert place("Santiago 🇨🇱")["country_code"] == "CL"
    assert place("Santiago 🇪🇸")["country_code"] == "ES"


def test_a_metropolis_stands_against_the_flag_of_someone_from_elsewhere():
    assert place("Berlin 🇮🇹")["country_code"] == "DE"


@pytest.mark.parametrize(
    ("word", "town"),
    [("best", "Best, the Netherlands"), ("paradise", "Paradise, Nevada"), ("Enterprise", "Enterprise, Alabama")],
)
def test_a_word_is_a_town_only_beside_its_area(word: str, town: str):
    assert place(word)["country_code"] is None
    assert place(town)["city"] == town.partition(",")[0]


def test_codes_of_airports_count_in_capitals_only():
    assert place("OSL")["country_code"] == "NO"
    assert place("IND")["country_code"] == "IN"
    assert resolve_places(pl.Series(["tas", "alg", "psa", "pty"]))["country_code"].null_count() == 4


def test_marks_that_are_part_of_a_word_are_compared():
    assert place("संसार")["country_code"] is None
    assert place("కర్ణాటక")["country_code"] in (None, "IN")


def test_words_of_everyday_language_are_no_villages():
    texts = ["airport", "bar", "my bed", "in front of my computer", "the other side", "Space Station", "Black Hole"]
    assert resolve_places(pl.Series(texts))["country_code"].to_list() == [None] * len(texts)


@pytest.mark.parametrize("word", ["human", "story", "corazón", "ページ", "페이지", "奋斗", "игра"])
def test_a_common_word_of_any_language_is_no_town(word: str):
    assert place(word)["country_code"] is None


def test_a_town_is_known_by_its_name_in_the_script_of_its_country():
    assert place("가평")["country_code"] == "KR"
    assert place("Дубна")["country_code"] == "RU"


@pytest.mark.parametrize(
    ("text", "country", "city"),
    [
        ("MIT", "US", None),
        ("EPFL", "CH", None),
        ("KIT", "DE", "Karlsruhe"),
        ("University of Cambridge", "GB", "Cambridge"),
        ("University of Waterloo", "CA", "Waterloo"),
        ("Georgia Tech", "US", None),
        ("浙江大学", "CN", None),
    ],
)
def test_a_university_lies_in_its_country(text: str, country: str, city: str | None):
    answer = place(text)
    assert (answer["country_code"], answer["city"]) == (country, city)


def test_short_names_of_universities_count_in_capitals_only():
    assert place("mit")["country_code"] is None


def test_one_mistake_in_a_well_known_name_is_forgiven_and_makes_it_less_sure():
    assert place("New Zeland")["country_code"] == "NZ"
    assert place("Pensylvania")["region"] == "Pennsylvania"
    assert place("Barcelnoa")["city"] == "Barcelona"
    assert confidence("Barcelnoa") < 0.9
    assert place("Hyderbad, India")["city"] == "Hyderabad"


def test_a_name_that_exists_is_not_taken_for_a_mistake():
    assert place("Bolton")["city"] == "Bolton"


def test_the_code_of_a_state_counts_in_small_letters_beside_a_city_of_it():
    assert place("bloomington, in")["region"] == "Indiana"
    assert place("portland, or")["region"] == "Oregon"


def test_a_known_part_of_an_unknown_joined_name_is_not_sure():
    assert confidence("Nosuchtown-Berlin") < 0.9


@given(HOSTILE)
@example("NEAR HOME")
@example("🇦")
@example("İ, İ")
@example("/" * 500)
@settings(max_examples=150, deadline=None)
def test_any_string_gets_a_consistent_answer(text: str):
    answer = place(text)
    empty = {name for name, value in answer.items() if value is None}
    if answer["country_code"] is None:
        assert empty == set(COLUMNS) - {"location"}
    else:
        assert 0 < confidence(text) <= 1
        assert (answer["city"] is not None) == (answer["precision"] == "city")
        assert (answer["latitude"], answer["longitude"]) != (0.0, 0.0)


@given(st.lists(HOSTILE, max_size=6), HOSTILE)
@settings(max_examples=50, deadline=None)
def test_an_answer_depends_on_its_own_string_only(others: list[str], text: str):
    among = resolve_places(pl.Series([*others, text], dtype=pl.String)).row(-1)
    assert among == resolve_places(pl.Series([text])).row(0)


@given(HOSTILE, st.sampled_from([" {} ", "{}\n", "\t{}", "\u200b{}\ufeff"]))
@settings(max_examples=50, deadline=None)
def test_space_around_a_string_changes_nothing(text: str, frame: str):
    bare, framed = place(text), place(frame.format(text))
    assert {**framed, "location": text} == bare


@pytest.mark.parametrize("name", ["Berlin, Germany", "são paulo", "New South Wales", "nizhny novgorod, russia"])
def test_case_changes_nothing(name: str):
    answers = resolve_places(pl.Series([name, name.upper(), name.lower(), name.title()])).drop("location")
    assert answers.n_unique() == 1


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Berlin / Lisbon", ["Berlin", "Lisbon"]),
        ("London, Paris, Tokyo", ["London", "Paris", "Tokyo"]),
        ("Lyon et Genève", ["Lyon", "Geneva"]),
        ("India | Chennai", ["Chennai"]),
        ("Oslo → Norway", ["Oslo"]),
        ("Prague & Brno & Prague", ["Prague", "Brno"]),
        ("Croydon, London", ["Croydon"]),
        ("Hackney, London", ["London"]),
        ("Port of Spain, Trinidad and Tobago", ["Port of Spain"]),
        ("Earth / the internet", []),
    ],
)
def test_each_place_of_a_string_is_named_once_and_in_order(text: str, named: list[str]):
    answers = named_places(pl.Series([text, text]))
    assert answers["city"].to_list() == named
    assert answers["position"].to_list() == list(range(1, len(named) + 1))


@given(st.lists(HOSTILE, max_size=6))
@settings(max_examples=50, deadline=None)
def test_the_place_of_a_string_is_the_first_that_it_names(texts: list[str]):
    locations = pl.Series(texts, dtype=pl.String)
    named, resolved = named_places(locations), resolve_places(locations)
    assert dict(named.schema) == {"location": pl.String, "position": pl.Int64, **COLUMNS}
    assert not named.select("location", "position").is_duplicated().any()
    first = {row["location"]: row for row in named.filter(position=1).drop("position").to_dicts()}
    assert resolved.to_dicts() == [first.get(text, {**dict.fromkeys(COLUMNS), "location": text}) for text in texts]


OVERRIDES = {"location": pl.String, "country_code": pl.String, "region": pl.String, "city": pl.String}
POINT = {"latitude": pl.Float64, "longitude": pl.Float64}


def overrides(*rows: tuple[object, ...]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=OVERRIDES | POINT, orient="row")


def test_an_override_gives_a_place_where_none_is_known_and_takes_one_where_one_is():
    decided = overrides(("HQ North", "NO", None, "Tromsø", 69.65, 18.96), ("Paris", None, None, None, None, None))
    answers = resolve_places(pl.Series(["hq  north", "PARIS", "Oslo", "HQ North / Paris"]), overrides=decided)
    assert answers["country_code"].to_list() == ["NO", None, "NO", "FR"]
    assert answers.row(0)[1:] == ("NO", None, "Tromsø", 69.65, 18.96, "city", 1.0, "override")


@pytest.mark.parametrize(
    ("answer", "near", "precision"),
    [
        (("FR", None, "Lyon"), (45.7, 4.8), "city"),
        (("US", "Oregon", "Portland"), (45.5, -122.7), "city"),
        (("US", "Maine", "Portland"), (43.7, -70.3), "city"),
        (("DE", "Bavaria", None), (48.6, 11.6), "region"),
        (("CL", None, None), (-33.5, -71.0), "country"),
        (("CL", None, "Nosuchtown"), (-33.5, -71.0), "city"),
    ],
)
def test_an_override_without_coordinates_lies_where_its_place_does(
    answer: tuple[object, ...], near: tuple[float, float], precision: str
):
    row = resolve_places(pl.Series(["x"]), overrides=overrides(("x", *answer, None, None))).row(0, named=True)
    assert (row["country_code"], row["region"], row["city"], row["precision"]) == (*answer, precision)
    assert (row["latitude"], row["longitude"]) == pytest.approx(near, abs=1.5)


@given(HOSTILE, st.sampled_from([("NZ", None, None, None, None), (None,) * 5]))
@settings(max_examples=50, deadline=None)
def test_an_override_wins_whatever_the_string_says(text: str, answer: tuple[object, ...]):
    decided = overrides((text, *answer))
    others = pl.Series([text, "Oslo"])
    answers = resolve_places(others, overrides=decided)
    expected = [answer[0], "NO" if text.strip().casefold() != "oslo" else answer[0]]
    assert answers["country_code"].to_list() == expected


def test_reference_rows_point_to_places_that_exist():
    world = gazetteer()
    for alias, (area, _) in (world.aliases | world.airports).items():
        assert area.country in world.country_codes, alias
        assert not area.region or area in world.region_names, alias
