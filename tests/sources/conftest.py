"""Fixtures of the sources: answers that an API gives instead of the sandbox's."""

from collections.abc import Callable
from typing import Any

import pytest

from community_assets.sandbox.github_graphql import GraphqlApi

Change = Callable[[dict[str, Any], dict[str, Any]], None]


@pytest.fixture
def answer_instead(monkeypatch: pytest.MonkeyPatch) -> Callable[[Change], None]:
    """Change what the sandbox answers, given each request's variables."""
    original = GraphqlApi.answer

    def install(change: Change) -> None:
        def answer(self: GraphqlApi, request: Any) -> Any:
            body = original(self, request)
            change(dict(request.variables), body)
            return body

        monkeypatch.setattr(GraphqlApi, "answer", answer)

    return install
