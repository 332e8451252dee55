"""Answers of the REST API against GitHub's own description."""

from typing import Any

from jsonschema import Draft202012Validator


def nullable(schema: Any) -> Any:
    """Return an OpenAPI 3.0 schema as JSON Schema, which says `nullable` by a type."""
    if isinstance(schema, list):
        return [nullable(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: nullable(value) for key, value in schema.items() if key not in ("nullable", "example", "examples")}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain


def problems(components: dict[str, Any], name: str, body: Any) -> list[str]:
    validator = Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": components})
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(body)]
