"""The documentation of the REST interface as a page: the OpenAPI schema in plain HTML, without scripts."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

Schema = Mapping[str, Any]
_DEEPEST = 6


@dataclass(frozen=True)
class Property:
    """A property of a body, indented by how deep it lies."""

    name: str
    kind: str
    is_required: bool
    about: str
    depth: int


@dataclass(frozen=True)
class Body:
    """A body that is sent or answered."""

    media_type: str
    properties: list[Property]


@dataclass(frozen=True)
class Answer:
    """What is answered with a status."""

    status: str
    about: str
    bodies: list[Body]


@dataclass(frozen=True)
class Operation:
    """An address and a method."""

    ident: str
    method: str
    path: str
    summary: str
    about: str
    parameters: list[Schema]
    body: Body | None
    answers: list[Answer]
    curl: str


@require_safe
def api_documentation(request: HttpRequest) -> HttpResponse:
    """Every operation of the interface, for all who are logged in; it shows nothing of anybody."""
    return render(request, "core/api_documentation.html", {"operations": _operations(get_language())})


@lru_cache(maxsize=2)
def _operations(_language: str | None) -> list[Operation]:
    """Read off the schema once a process and language: it changes with the program only."""
    schema: Schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    reader = _Reader(schema["components"]["schemas"])
    return [
        reader.operation(method, path, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


class _Reader:
    def __init__(self, components: Schema) -> None:
        self._components = components

    def operation(self, method: str, path: str, told: Schema) -> Operation:
        """An operation as the page shows it."""
        content = told.get("requestBody", {}).get("content", {})
        sent = [Body(media, self._properties(body["schema"])) for media, body in content.items()]
        return Operation(
            ident=told["operationId"],
            method=method.upper(),
            path=path,
            summary=told.get("summary", ""),
            about=told.get("description", ""),
            parameters=[
                {"description": "", "required": False, **p, "kind": self._kind(p["schema"])}
                for p in told.get("parameters", [])
            ],
            body=sent[0] if sent else None,
            answers=[self._answer(status, answer) for status, answer in told["responses"].items()],
            curl=_curl(method.upper(), path, told, _example(content)),
        )

    def _answer(self, status: str, told: Schema) -> Answer:
        # A problem looks the same everywhere and is told once, at the top.
        good = status.startswith("2")
        bodies = [
            Body(media, self._properties(body["schema"])) for media, body in told.get("content", {}).items() if good
        ]
        return Answer(status, told.get("description", ""), bodies)

    def _properties(self, schema: Schema) -> list[Property]:
        return list(self._walk(schema, 0))

    def _walk(self, schema: Schema, depth: int) -> Iterator[Property]:
        schema = self._resolved(schema)
        if schema.get("type") == "array":
            yield from self._walk(schema["items"], depth)
        if depth > _DEEPEST:
            return
        for name, value in schema.get("properties", {}).items():
            inner = self._resolved(value)
            about = value.get("description") or ("" if inner.get("properties") else inner.get("description", ""))
            yield Property(name, self._kind(value), name in schema.get("required", []), about, depth)
            yield from self._walk(value, depth + 1)

    def _resolved(self, schema: Schema) -> Schema:
        """The schema itself, where it is a reference to one, or to one that may be null."""
        for wrapped in schema.get("allOf", []) or schema.get("oneOf", [])[:1]:
            return {**self._resolved(wrapped), **{k: v for k, v in schema.items() if k not in ("allOf", "oneOf")}}
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            found: Schema = self._components[name]
            return found
        return schema

    def _kind(self, schema: Schema) -> str:
        """The type in a few words."""
        found = self._resolved(schema)
        if "enum" in found:
            kind = " | ".join(json.dumps(value, ensure_ascii=False) for value in found["enum"] if value is not None)
        elif found.get("type") == "array":
            kind = f"[{self._kind(found['items'])}]"
        else:
            kind = str(found.get("format") or found.get("type", ""))
        return f"{kind} | null" if schema.get("nullable") else kind


def _example(content: Schema) -> Any:
    for body in content.values():
        for example in body.get("examples", {}).values():
            return example["value"]
    return None


def _curl(method: str, path: str, told: Schema, example: Any) -> str:
    """How to ask on a command line."""
    parts = [f'curl -X {method} "$FINSAM{path}"', '-H "Authorization: Api-Key $KEY"']
    headers = [p["name"] for p in told.get("parameters", []) if p["in"] == "header" and p.get("required")]
    parts += [f'-H "{name}: …"' for name in headers]
    if example is not None:
        parts += ['-H "Content-Type: application/json"', f"-d '{json.dumps(example, ensure_ascii=False)}'"]
    return " \\\n  ".join(parts)
