"""Fixtures of the sources: a sandbox on a clock of its own, and answers that an API gives instead of the sandbox's."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from community_assets.sandbox import Community, serve
from community_assets.sandbox.github_graphql import GraphqlApi
from tests.loading import FakeClock, Rig

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


@pytest.fixture
def rig_of(tmp_path: Path) -> Iterator[Callable[..., Rig]]:
    """Serve a community of so many people on a clock that stands still unless somebody waits."""
    with ExitStack() as served:

        def make(people: int = 60, seed: int = 5, **serving: Any) -> Rig:
            time = FakeClock()
            sandbox = served.enter_context(serve(Community.generate(people, seed), clock=time.now, **serving))
            return Rig(sandbox, time, tmp_path / sandbox.token[-8:])

        yield make
