"""Arrow schemas of the tables that the GitHub source yields; each row is one observation of its key."""

import pyarrow as pa

_TIME = pa.timestamp("us", tz="UTC")
_OBSERVATION = [
    pa.field("observed_at", _TIME, nullable=False),
    pa.field("walk_id", pa.string(), nullable=False),
]

REPOSITORIES = pa.schema(
    [
        pa.field("repository_id", pa.string(), nullable=False),
        pa.field("database_id", pa.int64()),
        pa.field("name_with_owner", pa.string()),
        pa.field("owner_login", pa.string()),
        pa.field("description", pa.string()),
        pa.field("is_fork", pa.bool_()),
        pa.field("is_archived", pa.bool_()),
        pa.field("primary_language", pa.string()),
        pa.field("stargazer_count", pa.int64()),
        pa.field("fork_count", pa.int64()),
        pa.field("watcher_count", pa.int64()),
        pa.field("created_at", _TIME),
        pa.field("pushed_at", _TIME),
        # How far GitHub shows this token who starred: listed, events (as they happen), or counts.
        pa.field("star_tier", pa.string()),
        *_OBSERVATION,
    ]
)

_PERSON = [
    pa.field("user_id", pa.string(), nullable=False),
    pa.field("user_database_id", pa.int64()),
    pa.field("user_login", pa.string()),
]

STARGAZERS = pa.schema(
    [
        pa.field("repository_id", pa.string(), nullable=False),
        *_PERSON,
        pa.field("starred_at", _TIME),
        *_OBSERVATION,
    ]
)

# Stars as the feed of public events tells them; GitHub keeps the last 300 events of any kind.
STAR_EVENTS = pa.schema(
    [
        pa.field("repository_id", pa.string(), nullable=False),
        pa.field("event_id", pa.string(), nullable=False),
        *_PERSON,
        pa.field("starred_at", _TIME),
        *_OBSERVATION,
    ]
)

# Stars still in place by the week in which they were given; weeks begin on Sunday, not exactly at midnight UTC.
STAR_HISTORY = pa.schema(
    [
        pa.field("repository_id", pa.string(), nullable=False),
        pa.field("week", _TIME, nullable=False),
        pa.field("stars", pa.int64(), nullable=False),
        pa.field("stars_by_day", pa.list_(pa.int64())),
        *_OBSERVATION,
    ]
)

# Walks that came to their end. Who was on a list before a whole walk of it began, and is not in it, has left the list.
WALKS = pa.schema(
    [
        pa.field("repository_id", pa.string(), nullable=False),
        pa.field("list", pa.string(), nullable=False),
        pa.field("is_whole", pa.bool_(), nullable=False),
        pa.field("records", pa.int64(), nullable=False),
        pa.field("live_count", pa.int64()),
        pa.field("started_at", _TIME, nullable=False),
        *_OBSERVATION,
    ]
)

WATCHERS = pa.schema([pa.field("repository_id", pa.string(), nullable=False), *_PERSON, *_OBSERVATION])

FORKS = pa.schema(
    [
        pa.field("repository_id", pa.string(), nullable=False),
        pa.field("fork_id", pa.string(), nullable=False),
        pa.field("name_with_owner", pa.string()),
        *_PERSON,
        pa.field("created_at", _TIME),
        *_OBSERVATION,
    ]
)

ACTIVITIES = pa.schema(
    [
        pa.field("activity_id", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("repository_id", pa.string(), nullable=False),
        pa.field("thread_id", pa.string(), nullable=False),
        *_PERSON,
        pa.field("happened_at", _TIME),
        pa.field("merged_at", _TIME),
        pa.field("state", pa.string()),
        *_OBSERVATION,
    ]
)

# Those without an account are one row: how many they are, and no word of who.
CONTRIBUTORS = pa.schema(
    [
        pa.field("repository_id", pa.string(), nullable=False),
        *(field.with_nullable(True) for field in _PERSON),
        pa.field("contributors", pa.int64(), nullable=False),
        pa.field("contributions", pa.int64()),
        *_OBSERVATION,
    ]
)

# Repositories in which artifacts of other platforms have their source, by the names that their links give.
ARTIFACT_REPOSITORIES = pa.schema(
    [
        pa.field("source_repository", pa.string(), nullable=False),
        pa.field("is_found", pa.bool_(), nullable=False),
        pa.field("refusal", pa.string()),
        pa.field("repository_id", pa.string()),
        pa.field("database_id", pa.int64()),
        pa.field("name_with_owner", pa.string()),
        pa.field("owner_id", pa.string()),
        pa.field("owner_database_id", pa.int64()),
        pa.field("owner_login", pa.string()),
        pa.field("owner_type", pa.string()),
        pa.field("is_archived", pa.bool_()),
        pa.field("stargazer_count", pa.int64()),
        pa.field("fork_count", pa.int64()),
        pa.field("pushed_at", _TIME),
        *_OBSERVATION,
    ]
)

# Those with an account only.
ARTIFACT_CONTRIBUTORS = pa.schema(
    [
        pa.field("repository_id", pa.string(), nullable=False),
        *_PERSON,
        pa.field("contributions", pa.int64()),
        *_OBSERVATION,
    ]
)

_ORGANIZATION = pa.struct(
    [
        pa.field("organization_id", pa.string()),
        pa.field("database_id", pa.int64()),
        pa.field("login", pa.string()),
        pa.field("name", pa.string()),
    ]
)
_SOCIAL_ACCOUNT = pa.struct(
    [pa.field("provider", pa.string()), pa.field("display_name", pa.string()), pa.field("url", pa.string())]
)
_REPOSITORY = [
    pa.field("repository_id", pa.string()),
    pa.field("name_with_owner", pa.string()),
    pa.field("stargazer_count", pa.int64()),
    pa.field("primary_language", pa.string()),
]
_TOP_REPOSITORY = pa.struct([*_REPOSITORY, pa.field("database_id", pa.int64())])
_RECENT_REPOSITORY = pa.struct(
    [pa.field("repository_id", pa.string()), pa.field("created_at", pa.string()), pa.field("is_fork", pa.bool_())]
)
_OWN_REPOSITORY = pa.struct([*_REPOSITORY, pa.field("is_fork", pa.bool_()), pa.field("topics", pa.list_(pa.string()))])

# Lists stay inside the row of their person: one row is then stored whole or not at all, however a load ends.
USERS = pa.schema(
    [
        pa.field("user_id", pa.string(), nullable=False),
        pa.field("is_found", pa.bool_(), nullable=False),
        pa.field("account_type", pa.string()),
        pa.field("database_id", pa.int64()),
        pa.field("login", pa.string()),
        pa.field("name", pa.string()),
        pa.field("company", pa.string()),
        pa.field("location", pa.string()),
        pa.field("email", pa.string()),
        pa.field("bio", pa.string()),
        pa.field("pronouns", pa.string()),
        pa.field("twitter_username", pa.string()),
        pa.field("website_url", pa.string()),
        pa.field("avatar_url", pa.string()),
        pa.field("is_hireable", pa.bool_()),
        pa.field("is_github_employee", pa.bool_()),
        pa.field("created_at", _TIME),
        pa.field("updated_at", _TIME),
        pa.field("followers_count", pa.int64()),
        pa.field("following_count", pa.int64()),
        pa.field("public_repositories_count", pa.int64()),
        pa.field("organizations", pa.list_(_ORGANIZATION)),
        pa.field("social_accounts", pa.list_(_SOCIAL_ACCOUNT)),
        pa.field("top_repositories", pa.list_(_TOP_REPOSITORY)),
        pa.field("recent_repositories", pa.list_(_RECENT_REPOSITORY)),
        *_OBSERVATION,
    ]
)

DEEP_PROFILES = pa.schema(
    [
        pa.field("user_id", pa.string(), nullable=False),
        pa.field("user_database_id", pa.int64()),
        pa.field("is_hero", pa.bool_(), nullable=False),
        pa.field("is_sampled", pa.bool_(), nullable=False),
        pa.field("repositories", pa.list_(_OWN_REPOSITORY)),
        pa.field("starred_repositories", pa.list_(pa.struct(_REPOSITORY))),
        pa.field("contributed_repositories", pa.list_(pa.struct(_REPOSITORY))),
        *_OBSERVATION,
    ]
)

# What identifies the thing that a row is an observation of.
KEYS = {
    "repositories": ["repository_id"],
    "stargazers": ["repository_id", "user_id"],
    "star_events": ["event_id"],
    "star_history": ["repository_id", "week"],
    "watchers": ["repository_id", "user_id"],
    "forks": ["fork_id"],
    "activities": ["activity_id"],
    "contributors": ["repository_id", "user_id"],
    "artifact_repositories": ["source_repository"],
    "artifact_contributors": ["repository_id", "user_id"],
    "walks": ["walk_id", "repository_id", "list"],
    "users": ["user_id"],
    "deep_profiles": ["user_id"],
}
