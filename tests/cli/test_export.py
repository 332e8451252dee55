"""Files that leave the house: complete, without addresses, and harmless in a spreadsheet."""

import csv
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from click.testing import Result

from community_assets.cli.marts import _published_marts

Heroes = Callable[..., Result]
STANDARD = [
    "accounts",
    "artifact_creators",
    "companies",
    "countries",
    "heroes",
    "identity_review",
    "interactions",
    "people",
    "star_coverage",
    "suspicious_people",
]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_a_standard_export_carries_no_contact_points(
    published: Path, heroes: Heroes, tmp_path: Path, form: str
) -> None:
    result = heroes("export", "--format", form)
    folder = tmp_path / "data" / "exports"
    assert result.exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == [f"{mart}.{form}" for mart in STANDARD]
    assert result.stdout.split() == [str(folder / f"{mart}.{form}") for mart in STANDARD]
    everything = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"ada@example.org" not in everything
    assert b"adax" not in everything
    assert "contact_points, ghrr, identity_links, people.email, people.x_username" in result.stderr


def test_contact_points_leave_when_asked_for(published: Path, heroes: Heroes, tmp_path: Path) -> None:
    result = heroes("export", "--contact-points", "--output", str(tmp_path / "out"))
    assert "left out" not in result.stderr
    assert {"contact_points.parquet", "ghrr.parquet", "identity_links.parquet"} <= {
        path.name for path in (tmp_path / "out").iterdir()
    }
    emails = duckdb.sql(f"select email from '{tmp_path / 'out' / 'people.parquet'}' where email is not null")
    assert emails.fetchall() == [("ada@example.org",)]


def test_a_named_mart_leaves_but_people_lose_their_addresses(published: Path, heroes: Heroes, tmp_path: Path) -> None:
    result = heroes("export", "contact_points", "people", "people", "--format", "csv", "--output", str(tmp_path))
    assert "left out without --contact-points: people.email, people.x_username" in result.stderr
    assert [row["address"] for row in read(tmp_path / "contact_points.csv")] == ["ada@example.org"]
    assert not {"email", "x_username"} & set(read(tmp_path / "people.csv")[0])


def test_ghrr_comes_in_its_own_columns_and_order(published: Path, heroes: Heroes, tmp_path: Path) -> None:
    result = heroes("export", "ghrr", "--format", "csv", "--output", str(tmp_path))
    rows = read(tmp_path / "ghrr.csv")
    assert "left out" not in result.stderr
    assert (
        (tmp_path / "ghrr.csv")
        .read_bytes()
        .startswith(
            b"username,company,organizations,email,location,followers_count,public_repos_count,user_interaction\r\n"
        )
    )
    assert [(row["username"], row["user_interaction"]) for row in rows] == [
        ("amy", "stargazer"),
        ("zoe", "stargazer"),
        ("bob", "subscriber"),
        ("zoe", "contributor"),
    ]
    assert rows[1]["organizations"] == "['acme', 'globex']"
    assert rows[1]["email"] == "'=zoe@example.org"
    assert rows[3]["location"] == "'-1 Street"


def test_times_are_iso_8601_in_utc(published: Path, heroes: Heroes, tmp_path: Path) -> None:
    heroes("export", "people", "--format", "csv", "--output", str(tmp_path))
    assert read(tmp_path / "people.csv")[0]["first_seen_at"] == "2026-01-01T08:00:00Z"
    heroes("export", "people", "--output", str(tmp_path))
    kind = duckdb.sql(f"select typeof(first_seen_at) from '{tmp_path / 'people.parquet'}'").fetchall()
    assert kind[0] == ("TIMESTAMP WITH TIME ZONE",)


def test_an_unknown_mart_is_wrong_usage_and_writes_nothing(published: Path, heroes: Heroes, tmp_path: Path) -> None:
    result = heroes("export", "people", "persons", "--output", str(tmp_path / "out"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert (
        "persons: no such mart; published are accounts, artifact_creators, companies, contact_points, countries"
        in result.stderr
    )
    assert not (tmp_path / "out").exists()


def test_an_export_that_fails_leaves_the_last_file(
    published: Path, heroes: Heroes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from community_assets.publishing import exports

    (tmp_path / "people.csv").write_text("last good")

    def full(file, columns, rows) -> int:
        file.write("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exports, "write_csv", full)
    result = heroes("export", "people", "--format", "csv", "--output", str(tmp_path))
    assert result.exit_code == 1
    assert "No space left on device" in result.stderr
    assert (tmp_path / "people.csv").read_text() == "last good"
    assert not [path for path in tmp_path.iterdir() if "draft" in path.name]


def test_a_folder_that_cannot_be_written_is_named(published: Path, heroes: Heroes, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = heroes("export", "--output", str(tmp_path / "file" / "out"))
    assert result.exit_code == 1
    assert f"{tmp_path / 'file' / 'out'} cannot be written" in result.stderr


def test_marts_complete_as_they_are_typed(published: Path) -> None:
    assert _published_marts("co") == ["companies", "contact_points", "countries"]
    published.unlink()
    assert _published_marts("co") == []
