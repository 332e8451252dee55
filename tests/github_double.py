"""Doubles of GitHub for measurements, in a process of their own, that do next to nothing for an answer.

What belongs here: a server that repeats what was recorded, and one that makes up any number of people. What GitHub
would say is the business of the sandbox; what is measured, of `bench_github.py`.

    python -m tests.github_double FILE_DESCRIPTOR LATENCY (TAPE | PEOPLE)
"""

import asyncio
import json
import pickle
import re
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn

# Method, path with query, body → status, headers, body.
Key = tuple[str, str, bytes]
Recorded = tuple[int, list[tuple[bytes, bytes]], bytes]
Tape = dict[Key, Recorded]
Answer = Callable[[Key], Recorded]

REPOSITORY = "beacon-example/beacon"
_JSON = [(b"content-type", b"application/json")]
_MISSING: Recorded = 404, _JSON, b'{"message": "nothing is recorded for this request"}'
_RATE_LIMIT = '"rateLimit": {"cost": 1, "remaining": 5000, "resetAt": "2026-01-01T00:00:00Z"}'
_FIRST_USER = 10_000_000


def application(answer: Answer, latency: float) -> Any:
    """An ASGI application that gives each answer `latency` seconds after it was asked."""

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        body, is_more = b"", True
        while is_more:
            message = await receive()
            body, is_more = body + message.get("body", b""), message.get("more_body", False)
        query = scope["query_string"].decode()
        path = scope["raw_path"].decode() + (f"?{query}" if query else "")
        await asyncio.sleep(latency)
        status, headers, content = answer((scope["method"], path, body))
        length = (b"content-length", str(len(content)).encode())
        await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
        await send({"type": "http.response.body", "body": content})

    return app


def operation(body: bytes) -> str:
    """Name of the operation in the body of a GraphQL request."""
    found = re.search(rb"query (\w+)", body)
    return found[1].decode() if found else ""


def replayed(path: Path) -> Answer:
    """What repeats the answers of a tape."""
    tape: Tape = pickle.loads(path.read_bytes())
    return lambda key: tape.get(key, _MISSING)


def made_up(people: int) -> Answer:
    """What answers for one repository with so many stargazers and nothing else in it."""

    def answer(key: Key) -> Recorded:
        method, _, body = key
        if method == "GET":
            return 200, _JSON, b"[]"
        content = _ANSWERS[operation(body)](json.loads(body)["variables"], people)
        return 200, _JSON, f'{{"data": {{{content}, {_RATE_LIMIT}}}}}'.encode()

    return answer


def _repository(_: dict[str, Any], people: int) -> str:
    time = "2026-01-01T00:00:00Z"
    nobody = {"totalCount": 0, "nodes": []}
    node = {
        "id": "R_1",
        "databaseId": 1,
        "nameWithOwner": REPOSITORY,
        "owner": {"login": REPOSITORY.partition("/")[0]},
        "description": None,
        "isFork": False,
        "isArchived": False,
        "primaryLanguage": {"name": "Go"},
        "stargazerCount": people,
        "forkCount": 0,
        "watcherCount": {"totalCount": 0},
        "createdAt": time,
        "pushedAt": time,
        "stargazers": {"totalCount": people, "edges": [{"starredAt": time}]},
        **dict.fromkeys(("watchers", "forks", "issues", "pullRequests", "discussions"), nobody),
    }
    return f'"repository": {json.dumps(node)}'


def _stargazers(variables: dict[str, Any], people: int) -> str:
    start = int(variables["cursor"] or 0)
    end = min(start + variables["size"], people)
    edges = ", ".join(
        f'{{"starredAt": "2025-01-01T00:00:00Z", "node": '
        f'{{"id": "U_{number}", "databaseId": {number}, "login": "login-{number}"}}}}'
        for number in range(_FIRST_USER + start, _FIRST_USER + end)
    )
    page = f'{{"endCursor": "{end}", "hasNextPage": {json.dumps(end < people)}}}'
    return (
        f'"repository": {{"id": "R_1", "stargazers": '
        f'{{"totalCount": {people}, "pageInfo": {page}, "edges": [{edges}]}}}}'
    )


def _profiles(templates: list[str]) -> Callable[[dict[str, Any], int], str]:
    def answer(variables: dict[str, Any], _: int) -> str:
        numbers = [user_id.removeprefix("U_") for user_id in variables["ids"]]
        nodes = ", ".join(templates[int(number) % len(templates)].replace("#", number) for number in numbers)
        return f'"nodes": [{nodes}]'

    return answer


def _template(node: dict[str, Any]) -> str:
    """A node as JSON in which # stands for the number of its person, in numbers too."""
    return re.sub(r'"(#\d*)"', r"\1", json.dumps(node))


def _repositories(count: int) -> list[dict[str, Any]]:
    return [
        {
            "id": f"R_#_{n}",
            "databaseId": f"#{n:02}",
            "nameWithOwner": f"login-#/repository-{n}",
            "stargazerCount": count - n,
            "primaryLanguage": {"name": "Go"},
            "createdAt": "2024-01-01T00:00:00Z",
            "isFork": False,
            "repositoryTopics": {"nodes": [{"topic": {"name": "terraform"}}]},
        }
        for n in range(count)
    ]


def _only(names: str, nodes: list[dict[str, Any]]) -> dict[str, Any]:
    return {"nodes": [{name: node[name] for name in names.split()} for node in nodes]}


def _base_profile(repositories: int) -> str:
    """A profile with so many repositories of its own; GitHub is asked for 30 at most."""
    own = _repositories(repositories)
    node = {
        "__typename": "User",
        "id": "U_#",
        "databaseId": "#",
        "login": "login-#",
        "name": "Person #",
        "company": "@company-#",
        "location": "Town #, Switzerland",
        "email": "person-#@example.com",
        "bio": "I build things with other people, number # among them. " * 2,
        "pronouns": None,
        "twitterUsername": "person#",
        "websiteUrl": "https://person-#.example",
        "avatarUrl": "https://avatars.example/u/#?v=4",
        "isHireable": False,
        "isEmployee": False,
        "createdAt": "2015-01-01T00:00:00Z",
        "updatedAt": "2025-01-01T00:00:00Z",
        **{name: {"totalCount": repositories} for name in ("followers", "following", "publicRepositories")},
        "socialAccounts": {
            "nodes": [{"provider": "GENERIC", "displayName": "person-#", "url": "https://person-#.example"}]
        },
        "organizations": {"nodes": [{"id": "O_#", "databaseId": "#", "login": "company-#", "name": "Company #"}]},
        "topRepositories": _only("id databaseId nameWithOwner stargazerCount primaryLanguage", own),
        "recentRepositories": _only("id createdAt isFork", own),
    }
    return _template(node)


def _deep_profile() -> str:
    named = "id nameWithOwner stargazerCount primaryLanguage"
    node = {
        "id": "U_#",
        "databaseId": "#",
        "repositories": _only(f"{named} isFork repositoryTopics", _repositories(10)),
        "starredRepositories": _only(named, _repositories(100)),
        "repositoriesContributedTo": _only(named, _repositories(50)),
    }
    return _template(node)


_ANSWERS: dict[str, Callable[[dict[str, Any], int], str]] = {
    "Repository": _repository,
    "Stargazers": _stargazers,
    "Profiles": _profiles([_base_profile(repositories) for repositories in range(31)]),
    "DeepProfiles": _profiles([_deep_profile()]),
}


def main(descriptor: str, latency: str, what: str) -> None:
    """Serve on a socket that listens already, until the process is ended."""
    answer = made_up(int(what)) if what.isdigit() else replayed(Path(what))
    config = uvicorn.Config(application(answer, float(latency)), log_config=None, access_log=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(descriptor))])


if __name__ == "__main__":
    main(*sys.argv[1:])
