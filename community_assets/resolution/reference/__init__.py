"""Packaged reference data of the resolvers: small CSV files that people review, and the one way to read them.

Belongs here: tables and their reading. Does not belong here: data of well-kept libraries (gazetteer, territory names,
legal forms), which the resolvers take from those libraries.

Each row says where it comes from in its column `origin`. The names of regions are GeoNames' (geonames.org, CC BY 4.0),
the universities JetBrains' (github.com/JetBrains/swot, MIT).
"""

import csv
import io
from importlib.resources import files


def read_reference(name: str) -> list[dict[str, str]]:
    """Rows of the packaged table `name` (UTF-8 CSV with a header) as dictionaries.

    Raises:
        FileNotFoundError: there is no such table.
    """
    table = files(__name__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(table)))
