"""Conditional requests: a client that has an answer already is told so and pays nothing.

What belongs here: the tag of an answer and whether a client's still holds. Which requests are charged is `server.py`.
"""

import json
from dataclasses import replace
from hashlib import sha256

from community_assets.sandbox.github_answers import RestAnswer


def with_etag(answer: RestAnswer) -> RestAnswer:
    """Return the answer with a tag of its body, if it is one that a client may keep."""
    if answer.status != 200:
        return answer
    digest = sha256(json.dumps(answer.body, sort_keys=True).encode()).hexdigest()
    return replace(answer, headers={**answer.headers, "etag": f'"{digest}"'})


def unchanged(answer: RestAnswer, if_none_match: str) -> bool:
    """Tell whether one of the tags of an If-None-Match header is the answer's; weak ones count as much as strong."""
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return answer.headers.get("etag") in tags
