"""Whether the OpenAPI document is sound in itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from results.demo.checks.check import Check, counted, expect, step

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class OpenApiDocumentCheck(Check):
    """Its version, its operations, and the places its references lead to."""

    @step("Open the OpenAPI document")
    def open_document(self) -> str:
        self.document = self.fetch_json("/openapi.json")
        version = self.document["openapi"]
        expect(version.startswith("3."), f"OpenAPI {version} is not known")
        return f"OpenAPI {version}"

    @step("Check every operation")
    def check_operations(self) -> str:
        found = list(operations(self.document))
        expect(found, "the document has no operation")
        ids = [operation.get("operationId") for operation in found]
        expect(all(ids), "an operation has no operationId")
        expect(len(set(ids)) == len(ids), "an operationId occurs twice")
        silent = [i for i, o in zip(ids, found, strict=True) if not o.get("responses")]
        expect(not silent, f"no responses: {silent}")
        return f"{counted(found, 'operation')}, each with its own id and responses"

    @step("Follow every reference")
    def follow_references(self) -> str:
        found = set(references(self.document))
        dangling = sorted(
            ref for ref in found if not leads_somewhere(ref, self.document)
        )
        expect(not dangling, f"leads nowhere: {', '.join(dangling)}")
        return f"{counted(found, 'reference')}, each leads somewhere"


def operations(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every operation of every path."""
    for path in document["paths"].values():
        yield from (path[method] for method in METHODS if method in path)


def references(node: Any) -> Iterator[str]:
    """Every `$ref` at any depth."""
    if isinstance(node, Mapping):
        if isinstance(ref := node.get("$ref"), str):
            yield ref
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


def leads_somewhere(ref: str, document: Mapping[str, Any]) -> bool:
    """Whether a reference within the document (`#/a/b`) names a part of it."""
    root, *names = ref.split("/")
    node: Any = document
    for name in names:
        if not isinstance(node, Mapping) or name not in node:
            return False
        node = node[name]
    return root == "#"
