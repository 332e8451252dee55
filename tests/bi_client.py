"""A BI tool's way to the published file: SQLAlchemy 1.4 with duckdb-engine. Runs in an environment of its own.

Usage: python bi_client.py FILE STOP reconnect|keep

Reads until the file STOP is there, over a new connection each time or over one; then tells what it saw as JSON.
"""

import json
import sys
import warnings
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

warnings.simplefilter("ignore")  # duckdb-engine says that it reflects no indices
EDITION = "select min(p.edition), max(p.edition), count(*), (select min(edition) from heroes) from people p"


def edition(bind: Any) -> tuple[int, ...]:
    return tuple(bind.execute(sa.text(EDITION)).one())


def main(file: str, stop: Path, mode: str) -> None:
    engine = sa.create_engine(f"duckdb:///{file}", connect_args={"read_only": True}, poolclass=NullPool)
    kept = engine.connect() if mode == "keep" else None
    seen = {edition(kept or engine)}
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while not stop.exists():
        seen.add(edition(kept or engine))
    seen.add(edition(kept or engine))
    bind = kept or engine
    inspector = sa.inspect(bind)
    people = sa.Table("people", sa.MetaData(), autoload_with=bind)
    rows = sa.select([sa.func.count()]).select_from(people)
    told = {
        "version": sa.__version__,
        "seen": sorted(seen),
        "tables": {name: inspector.get_table_comment(name)["text"] for name in inspector.get_table_names()},
        "columns": {c["name"]: [str(c["type"]), c["comment"]] for c in inspector.get_columns("people")},
        "rows": bind.execute(rows).scalar(),
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
