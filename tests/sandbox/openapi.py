"""Requests and answers against an API's own OpenAPI document."""

import re
from functools import cached_property
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from tests.sandbox.shapes import nullable

Schema = dict[str, Any]
_FORMATS = FormatChecker(["uuid"])


class OpenApi:
    """A document of OpenAPI 3.0, whose paths are those below the URL of its server."""

    def __init__(self, document: Schema) -> None:
        self._document = document

    def request_problems(self, path: str, query: list[tuple[str, str]]) -> list[str]:
        """What the document has against a GET request."""
        operation, in_path = self._operation(path)
        if operation is None:
            return [f"{path}: no such path"]
        parameters = {p["name"]: p for p in map(self._resolved, operation.get("parameters", ()))}
        asked = {name: [v for n, v in query if n == name] for name, _ in query}
        missing = [n for n, p in parameters.items() if p["in"] == "query" and p.get("required") and n not in asked]
        found = [f"{path}: lacks {name}" for name in missing]
        for name, values in {**asked, **{name: [value] for name, value in in_path.items()}}.items():
            if name not in parameters:
                found.append(f"{path}: knows no parameter {name}")
            else:
                found += self._problems(parameters[name]["schema"], self._typed(parameters[name]["schema"], values))
        return found

    def answer_problems(self, path: str, status: int, body: Any) -> list[str]:
        """What the document has against an answer to a GET request; where it describes no body, any will do."""
        operation, _ = self._operation(path)
        responses = operation["responses"] if operation else {}
        if str(status) not in responses:
            return [f"{path}: no answer {status}"]
        content = self._resolved(responses[str(status)]).get("content", {})
        return self._problems(content["application/json"].get("schema", {}), body) if content else []

    def _operation(self, path: str) -> tuple[Schema | None, dict[str, str]]:
        """The operation of a path, those without parameters first, and the parameters in the path."""
        for pattern, operation in self._patterns:
            if match := pattern.fullmatch(path):
                return operation, match.groupdict()
        return None, {}

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], Schema]]:
        paths = sorted(self._document["paths"].items(), key=lambda path: path[0].count("{"))
        gets = [(template, item["get"]) for template, item in paths if "get" in item]
        return [(re.compile(re.sub(r"\$?\{(\w+)\}", r"(?P<\1>[^/]+)", t)), operation) for t, operation in gets]

    @cached_property
    def _components(self) -> Any:
        return nullable(self._document["components"])

    def _resolved(self, part: Schema) -> Schema:
        while "$ref" in part:
            reference = part["$ref"].removeprefix("#/").split("/")
            part = self._document
            for name in reference:
                part = part[name]
        return part

    def _typed(self, schema: Schema, values: list[str]) -> Any:
        kind = self._resolved(schema).get("type")
        if kind == "array":
            return [self._typed(self._resolved(schema)["items"], [value]) for value in values]
        (value,) = values
        if kind == "integer" and re.fullmatch(r"-?\d+", value):
            return int(value)
        return {"true": True, "false": False}.get(value, value) if kind == "boolean" else value

    def _problems(self, schema: Schema, value: Any) -> list[str]:
        whole = {"allOf": [nullable(schema)], "components": self._components}
        found = Draft202012Validator(whole, format_checker=_FORMATS).iter_errors(value)
        return [f"{error.json_path}: {error.message}" for error in found]
