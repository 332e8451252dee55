"""Column lineage as it is read off compiled SQL."""

from community_assets.lineage import parent_columns

USERS = ("warehouse", "staging", "users")
STARS = ("warehouse", "staging", "stars")
TABLES = {USERS: {"id": "VARCHAR", "login": "VARCHAR"}, STARS: {"user_id": "VARCHAR", "starred_at": "TIMESTAMP"}}
QUERY = """
with stars as (select user_id, count(starred_at) as stars from "warehouse"."staging"."stars" group by user_id)
select users.login as name, coalesce(stars.stars, 0) as given, 1 as one
from "warehouse"."staging"."users" as users left join stars on users.id = stars.user_id
"""


def test_a_column_leads_through_ctes_to_the_columns_of_the_parents() -> None:
    assert parent_columns(QUERY, TABLES) == {
        "name": {(USERS, "login")},
        "given": {(STARS, "starred_at")},
        "one": set(),
    }


def test_a_star_is_every_column_of_its_parent() -> None:
    assert parent_columns('select * from "warehouse"."staging"."users"', TABLES) == {
        "id": {(USERS, "id")},
        "login": {(USERS, "login")},
    }


def test_a_query_that_cannot_be_read_has_no_lineage() -> None:
    assert parent_columns("select nobody from nowhere where (", TABLES) == {}
    assert parent_columns("select no_such_column from warehouse.staging.users", TABLES) == {}
