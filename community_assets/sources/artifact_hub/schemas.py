"""Arrow schemas of the tables that the Artifact Hub source yields; each row is one observation of its key."""

import pyarrow as pa

_TIME = pa.timestamp("us", tz="UTC")
_OBSERVATION = [
    pa.field("observed_at", _TIME, nullable=False),
    pa.field("walk_id", pa.string(), nullable=False),
]

PACKAGES = pa.schema(
    [
        pa.field("package_id", pa.string(), nullable=False),
        pa.field("name", pa.string()),
        pa.field("normalized_name", pa.string()),
        pa.field("display_name", pa.string()),
        pa.field("description", pa.string()),
        # A number of Artifact Hub's own list, which grows.
        pa.field("kind", pa.int64()),
        # As in paths; null where the number is not known here.
        pa.field("kind_name", pa.string()),
        pa.field("stars", pa.int64()),
        pa.field("version", pa.string()),
        pa.field("app_version", pa.string()),
        pa.field("license", pa.string()),
        pa.field("released_at", _TIME),
        pa.field("is_official", pa.bool_()),
        pa.field("is_deprecated", pa.bool_()),
        pa.field("is_signed", pa.bool_()),
        pa.field("production_organizations", pa.int64()),
        pa.field("repository_id", pa.string()),
        pa.field("repository_name", pa.string()),
        pa.field("repository_url", pa.string()),
        pa.field("repository_is_official", pa.bool_()),
        pa.field("is_verified_publisher", pa.bool_()),
        # `organization:<name>` or `user:<alias>`.
        pa.field("publisher_id", pa.string()),
        pa.field("publisher_name", pa.string()),
        *_OBSERVATION,
    ]
)

# A row for the package itself, without an account, and one for each maintainer: stored whole or not at all, however a
# load ends, and yet each row has at most one person in it.
PACKAGE_DETAILS = pa.schema(
    [
        pa.field("package_id", pa.string(), nullable=False),
        # `maintainer:` and a hash of the address in lower case.
        pa.field("account_id", pa.string()),
        pa.field("is_found", pa.bool_(), nullable=False),
        pa.field("version", pa.string()),
        pa.field("released_at", _TIME),
        pa.field("maintainer_name", pa.string()),
        pa.field("maintainer_email", pa.string()),
        pa.field("maintainers", pa.int64()),
        pa.field("home_url", pa.string()),
        pa.field("content_url", pa.string()),
        pa.field("links", pa.list_(pa.struct([pa.field("name", pa.string()), pa.field("url", pa.string())]))),
        # Where the package says that its source is, and in which field.
        pa.field("source_url", pa.string()),
        pa.field("source_field", pa.string()),
        pa.field("keywords", pa.list_(pa.string())),
        pa.field("versions", pa.int64()),
        pa.field("first_released_at", _TIME),
        pa.field("subscriptions", pa.int64()),
        *_OBSERVATION,
    ]
)

# What identifies the thing that a row is an observation of.
KEYS = {
    "packages": ["package_id"],
    "package_details": ["package_id", "account_id"],
}
