"""Answers of GitHub's REST API as plain data, and the words of its refusals.

What belongs here: the form of an answer and of an error. Which answer a path gets is `github_rest.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

DOCUMENTATION = "https://docs.github.com/rest"
PAGINATION_LIMITED = "In order to keep the API fast for everyone, pagination is limited for this resource."


@dataclass(frozen=True, slots=True)
class RestAnswer:
    """Status, JSON body and headers; no body at all if it is None."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)


def failure(status: int, message: str, headers: Mapping[str, str] | None = None) -> RestAnswer:
    """Return an error in GitHub's form."""
    body = {"message": message, "documentation_url": DOCUMENTATION, "status": str(status)}
    return RestAnswer(status, body, headers or {})
