"""Files of overrides: what users know better, read with errors that name file, line and column."""

from pathlib import Path

import polars as pl
import pytest

from community_assets.overrides import OverrideError, read_company_overrides, read_place_overrides
from community_assets.settings import ConfigurationError, load_settings

COMPANY = "company,company_id,company_name\n"
PLACE = "location,country_code,region,city,latitude,longitude\n"


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_companies_are_read_as_typed_and_an_empty_answer_is_none(tmp_path: Path) -> None:
    path = written(tmp_path / "c.csv", COMPANY + '"Acme, Inc.",acme,Acme\n\nfun,,\n')
    assert read_company_overrides(path).to_dicts() == [
        {"company": "Acme, Inc.", "company_id": "acme", "company_name": "Acme"},
        {"company": "fun", "company_id": None, "company_name": None},
    ]


def test_places_are_read_with_numbers(tmp_path: Path) -> None:
    path = written(tmp_path / "p.csv", "\ufeff" + PLACE + "HQ,NL,Utrecht,Utrecht,52.09,5.12\nmoon,,,,,\n")
    assert read_place_overrides(path).rows() == [
        ("HQ", "NL", "Utrecht", "Utrecht", 52.09, 5.12),
        ("moon", None, None, None, None, None),
    ]


def test_without_a_file_there_are_typed_columns_and_no_rows() -> None:
    assert read_company_overrides(None).schema == dict.fromkeys(COMPANY.strip().split(","), pl.String())
    assert read_place_overrides(None).schema["latitude"] == pl.Float64


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "line 1: expected the columns company,company_id,company_name, got ''"),
        ("company;company_id\n", "line 1: expected the columns"),
        (COMPANY + "a,b\n", "line 2: expected 3 cells, got 2"),
        (COMPANY + '"a"b,,\n', "line 2: expected comma-separated values"),
        (COMPANY + ",,\n", "line 2, column company: expected a string as people type it, got ''"),
        (COMPANY + "a,a b,c\n", "line 2, column company_id: expected an id without capitals and spaces"),
        (COMPANY + "a,,\nb,b,\n", "line 3, column company_name: expected a name beside the company_id"),
        (COMPANY + "a,,A\n", "line 2, column company_id: expected an id beside the company_name"),
        (
            COMPANY + '"a\nb",,\nc,,\n C ,,\n',
            "line 5, column company: expected each string once, got ' C ' as in line 4",
        ),
    ],
)
def test_a_bad_company_is_named_by_file_line_and_column(tmp_path: Path, text: str, expected: str) -> None:
    path = written(tmp_path / "c.csv", text)
    with pytest.raises(OverrideError) as error:
        read_company_overrides(path)
    assert str(error.value).startswith(f"{path}, {expected}")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ("x,nl,,,,", "country_code: expected an ISO 3166-1 code of two capital letters"),
        ("x,,Utrecht,,,", "country_code: expected the country of the place"),
        ("x,NL,,,91,5", "latitude: expected less than or equal to 90, got '91'"),
        ("x,NL,,,nan,5", "latitude: expected a finite number"),
        ("x,NL,,,north,5", "latitude: expected a valid number"),
        ("x,NL,,,52,", "longitude: expected a longitude beside the latitude"),
        ("x,NL,,,,5", "latitude: expected a latitude beside the longitude"),
        ("x,NL,,,0,0.0", "latitude: expected the coordinates of the place, not 0,0"),
    ],
)
def test_a_bad_place_is_named_by_file_line_and_column(tmp_path: Path, cells: str, expected: str) -> None:
    path = written(tmp_path / "p.csv", f"{PLACE}{cells}\n")
    with pytest.raises(OverrideError) as error:
        read_place_overrides(path)
    assert str(error.value).startswith(f"{path}, line 2, column {expected}")


def test_bytes_that_are_no_utf8_and_a_missing_file_are_said(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_bytes(COMPANY.encode() + b"caf\xe9,,\n")
    with pytest.raises(OverrideError, match="expected UTF-8"):
        read_company_overrides(tmp_path / "c.csv")
    with pytest.raises(OverrideError, match=r"nowhere\.csv: cannot be read: No such file"):
        read_company_overrides(tmp_path / "nowhere.csv")


def test_the_settings_name_the_files_relative_to_themselves_and_check_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = written(tmp_path / "community.toml", '[resolution]\ncompany_overrides = "c.csv"\n')
    monkeypatch.setenv("COMMUNITY_CONFIG", str(settings))
    written(tmp_path / "c.csv", COMPANY)
    assert load_settings().resolution.company_overrides == tmp_path / "c.csv"
    written(tmp_path / "c.csv", COMPANY + "a,a,\n")
    with pytest.raises(ConfigurationError) as error:
        load_settings()
    where = f"{settings}: resolution.company_overrides: {tmp_path / 'c.csv'}, line 2, column company_name"
    assert str(error.value) == f"{where}: expected a name beside the company_id, got ''"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("company_overrides = 3", "resolution.company_overrides: expected the path of a CSV file, got 3"),
        ('place_overrides = "nowhere.csv"', "resolution.place_overrides: "),
        ('bots = ["a b"]', 'resolution.bots[0]: expected a GitHub login, such as "octocat" or "dependabot[bot]"'),
        ('bots = ["Ci"]\nnot_bots = ["cI"]', "resolution: expected each login in bots or in not_bots, got ci in both"),
    ],
)
def test_a_bad_key_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, expected: str) -> None:
    settings = written(tmp_path / "community.toml", f"[resolution]\n{text}\n")
    monkeypatch.setenv("COMMUNITY_CONFIG", str(settings))
    with pytest.raises(ConfigurationError) as error:
        load_settings()
    (line,) = str(error.value).splitlines()
    assert line.startswith(f"{settings}: {expected}")
