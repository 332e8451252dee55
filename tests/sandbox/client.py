"""A plain client for the tests of the sandbox."""

from typing import Any

import requests

from community_assets.sandbox import Sandbox


def headers(sandbox: Sandbox) -> dict[str, str]:
    return {"Authorization": f"Bearer {sandbox.token}"}


def graphql(sandbox: Sandbox, query: str, **variables: Any) -> dict[str, Any]:
    body = {"query": query, "variables": variables}
    response = requests.post(sandbox.graphql_url, json=body, headers=headers(sandbox), timeout=10)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def get(sandbox: Sandbox, path: str, **options: Any) -> requests.Response:
    extra = options.pop("headers", {})
    return requests.get(sandbox.api_url + path, headers=headers(sandbox) | extra, timeout=10, **options)
