"""Conditional requests: what a client has already is not sent again, and costs nothing."""

import pytest

from community_assets.sandbox import Community, Quota, serve
from tests.sandbox.client import get

STARS = "/repos/beacon-example/beacon/stargazers?per_page=5"


@pytest.mark.parametrize("path", ["/user", STARS, "/repos/beacon-example/beacon/events", "/rate_limit"])
@pytest.mark.parametrize("tags", ["{}", "W/{}", '"other", W/{}'])
def test_an_answer_that_still_holds_is_not_sent_again_and_not_charged(small: Community, path: str, tags: str) -> None:
    with serve(small, clock=lambda: 1_000.0) as sandbox:
        first = get(sandbox, path)
        again = get(sandbox, path, headers={"If-None-Match": tags.format(first.headers["ETag"])})
        assert sandbox.not_modified == 1
    assert (again.status_code, again.content) == (304, b"")
    for name in ("ETag", "Link", "X-Poll-Interval", "X-RateLimit-Remaining", "X-RateLimit-Reset"):
        assert again.headers.get(name) == first.headers.get(name)


def test_an_answer_that_changed_is_sent_and_charged(small: Community) -> None:
    with serve(small) as sandbox:
        first = get(sandbox, "/user")
        small.rename_account(small.viewer, "another-name")
        again = get(sandbox, "/user", headers={"If-None-Match": first.headers["ETag"]})
        assert sandbox.not_modified == 0
    assert again.json()["login"] == "another-name"
    assert again.headers["ETag"] != first.headers["ETag"]
    assert int(again.headers["X-RateLimit-Remaining"]) == int(first.headers["X-RateLimit-Remaining"]) - 1


def test_a_refusal_has_no_tag_and_a_spent_limit_answers_no_conditional_request(small: Community) -> None:
    with serve(small, quota=Quota(points=2, seconds=3_600)) as sandbox:
        tag = get(sandbox, "/user").headers["ETag"]
        missing = get(sandbox, "/users/zz--zz")
        spent = get(sandbox, "/user", headers={"If-None-Match": tag})
    assert "ETag" not in missing.headers
    assert spent.status_code == 403
