"""Finishing touches to the OpenAPI schema."""

from collections.abc import Iterator
from typing import Any


def close_requests(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Say that the body of a request takes no other properties than those named: a mistyped one is refused."""
    components = result.get("components", {}).get("schemas", {})
    for name in set(_referred(list(_bodies(result)), components)):
        schema = components[name]
        if schema.get("type") == "object" and "properties" in schema:
            schema["additionalProperties"] = False
    return result


def _bodies(result: dict[str, Any]) -> Iterator[Any]:
    for path in result["paths"].values():
        for operation in path.values():
            yield operation.get("requestBody")


def _referred(value: Any, components: dict[str, Any]) -> Iterator[str]:
    """The names of all components that a value leads to."""
    if isinstance(value, list):
        for item in value:
            yield from _referred(item, components)
    elif isinstance(value, dict):
        name = str(value.get("$ref", "")).rpartition("/")[2]
        if name:
            yield name
            yield from _referred(components[name], components)
        for item in value.values():
            yield from _referred(item, components)
