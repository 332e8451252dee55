"""Arrow schemas of the tables that the Terraform Registry source yields; each row is one observation of its key."""

import pyarrow as pa

_TIME = pa.timestamp("us", tz="UTC")
_OBSERVATION = [
    pa.field("observed_at", _TIME, nullable=False),
    pa.field("walk_id", pa.string(), nullable=False),
]
# The registry compares names without case; ids are in lower case.
_CREATOR = pa.field("creator_id", pa.string(), nullable=False)
_DOWNLOADS = [
    pa.field("downloads", pa.int64()),
    pa.field("downloads_week", pa.int64()),
    pa.field("downloads_month", pa.int64()),
    pa.field("downloads_year", pa.int64()),
]

MODULES = pa.schema(
    [
        pa.field("module_id", pa.string(), nullable=False),
        _CREATOR,
        pa.field("namespace", pa.string()),
        pa.field("name", pa.string()),
        pa.field("provider", pa.string()),
        pa.field("description", pa.string()),
        pa.field("source_url", pa.string()),
        pa.field("version", pa.string()),
        pa.field("published_at", _TIME),
        pa.field("is_verified", pa.bool_()),
        *_DOWNLOADS,
        *_OBSERVATION,
    ]
)

PROVIDERS = pa.schema(
    [
        pa.field("provider_id", pa.string(), nullable=False),
        _CREATOR,
        pa.field("registry_id", pa.string()),
        pa.field("namespace", pa.string()),
        pa.field("name", pa.string()),
        pa.field("description", pa.string()),
        pa.field("source_url", pa.string()),
        pa.field("version", pa.string()),
        pa.field("published_at", _TIME),
        pa.field("tier", pa.string()),
        pa.field("is_unlisted", pa.bool_()),
        *_DOWNLOADS,
        *_OBSERVATION,
    ]
)

# Asked for when the newest version of a module or provider is another one than before.
VERSIONS = pa.schema(
    [
        pa.field("kind", pa.string(), nullable=False),
        pa.field("artifact_id", pa.string(), nullable=False),
        _CREATOR,
        pa.field("version", pa.string(), nullable=False),
        *_OBSERVATION,
    ]
)

# What identifies the thing that a row is an observation of.
KEYS = {
    "modules": ["module_id"],
    "providers": ["provider_id"],
    "versions": ["kind", "artifact_id", "version"],
}
