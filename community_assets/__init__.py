"""Community Heroes: the people and companies around an open-source product, as one Dagster project.

`definitions.py` is where the parts meet; this module only makes sure that no tool below reports usage to its maker.
"""

import os
import warnings

# dlt and dbt read these when they are first imported, so they stand before every other import of this package.
os.environ.setdefault("RUNTIME__DLTHUB_TELEMETRY", "false")
os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")

# dagster-dbt asks for an extra of sqlglot that warns at every start; nobody here can do anything about it.
warnings.filterwarnings("ignore", message=r"sqlglot(\[rs\]|rs) is deprecated")
