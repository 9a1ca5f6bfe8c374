"""What pydantic finds wrong, in words: file, line, path, what, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from ilrs.errors import ScenarioError
from ilrs.scenario.document import Document, Steps, lookup, suggestion, unknown_key

_EXPECTED = {
    "string": "a text",
    "int": "a whole number",
    "float": "a number",
    "decimal": "a number",
    "bool": "true or false",
    "model": "a mapping of keys to values",
    "dict": "a mapping of keys to values",
    "mapping": "a mapping of keys to values",
    "list": "a list",
    "tuple": "a list",
    "set": "a list",
    "none": "",
}
_TYPE_ENDINGS = ("_type", "_parsing", "_from_float", "_attributes_type", "_required")


def problems_of(
    error: ValidationError, document: Document, model: type[BaseModel]
) -> list[ScenarioError]:
    """One error for each mistake, in the order of the files' lines."""
    grouped: dict[Steps, list[Mapping[str, Any]]] = {}
    for found in error.errors(include_url=False):
        path = document_path(tuple(found["loc"]), found, document.data)
        grouped.setdefault(path, []).append(dict(found))
    problems = [
        problem
        for path, several in grouped.items()
        for problem in _problems(path, several, document, model)
    ]
    return sorted(problems, key=lambda p: (str(p.where and p.where.file), _line(p)))


def _line(problem: ScenarioError) -> int:
    return (problem.where.line if problem.where else None) or 0


def document_path(loc: Steps, found: Mapping[str, Any], data: Any) -> Steps:
    """The path in the document that pydantic's `loc` means: without the names of union branches."""
    path: list[str | int] = []
    tagged = False
    for i, step in enumerate(loc):
        if isinstance(data, dict) and data.get("kind") == step and not tagged:
            tagged = True
            continue
        present, inner = lookup(data, (step,))
        if present:
            path.append(step)
            data, tagged = inner, False
        elif i == len(loc) - 1 and found["type"] == "missing":
            path.append(step)
    return tuple(path)


def _problems(
    path: Steps, several: list[Mapping[str, Any]], document: Document, model: type[BaseModel]
) -> Iterator[ScenarioError]:
    expected = [word for found in several if (word := _expected(found["type"])) is not None]
    others = [found for found in several if _expected(found["type"]) is None]
    if expected and not others:
        words = " or ".join(dict.fromkeys(word for word in expected if word)) or "left out"
        shown = _shown(several[0]["input"])
        yield ScenarioError(f"should be {words}, is {shown}", where=document.where(path))
        return
    # Branches of a union may say the same of one value.
    for at, what, remedy in dict.fromkeys(_said(path, f, document, model) for f in others):
        yield ScenarioError(what, where=document.where(at), remedy=remedy)


def _expected(kind: str) -> str | None:
    for ending in _TYPE_ENDINGS:
        if kind.endswith(ending):
            return _EXPECTED.get(kind.removesuffix(ending))
    return None


def _said(
    path: Steps, found: Mapping[str, Any], document: Document, model: type[BaseModel]
) -> tuple[Steps, str, str]:
    kind, context = found["type"], found.get("ctx", {})
    if kind == "missing":
        described = _description(path, document, model)
        remedy = f"add it: {described}" if described else "add it"
        return path, f"the key {path[-1]!r} is missing", remedy
    if kind in {"string_pattern_mismatch", "string_too_long"}:
        described = _description(path, document, model)
        what = f"{_shown(found['input'])} does not have the form that is asked for"
        return path, what, described or f"it follows {context}"
    if kind == "extra_forbidden":
        known = [
            field.alias or name
            for owner in models_at(model, path[:-1], document.data)
            for name, field in owner.model_fields.items()
        ]
        _, parent = lookup(document.data, path[:-1])
        # In an overlay the key meant often stands in the file below already.
        file = document.where(path).file
        left = [
            k
            for k in known
            if not isinstance(parent, dict)
            or k not in parent
            or document.where((*path[:-1], k)).file != file
        ]
        return path, f"unknown key {path[-1]!r}", unknown_key(str(path[-1]), found["input"], left)
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        if not isinstance(found["input"], dict):
            return path, f"should be {_EXPECTED['dict']}, is {_shown(found['input'])}", ""
        key = str(context["discriminator"]).strip("'")
        tags = [str(tag) for tag in _tags(model, path, document.data, key)]
        if kind == "union_tag_not_found":
            return path, f"the key {key!r} is missing", suggestion("", tags)
        return (*path, key), f"unknown {key} {context['tag']!r}", suggestion(context["tag"], tags)
    if kind in {"literal_error", "enum"}:
        known = _literals(model, path, document.data)
        words = known or re.findall("'([^']*)'", str(context.get("expected", "")))
        what = f"{_shown(found['input'])} is not allowed here"
        return path, what, suggestion(str(found["input"]), words)
    text = str(found["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")
    if text.startswith("Input should "):
        text = f"{text.removeprefix('Input ')}, is {_shown(found['input'])}"
    return path, text, ""


def _description(path: Steps, document: Document, model: type[BaseModel]) -> str:
    """What the key at a path holds, in the words of its model; empty where it has none."""
    for owner in models_at(model, path[:-1], document.data):
        for name, field in owner.model_fields.items():
            if path[-1] == (field.alias or name) and field.description:
                return field.description
    return ""


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "empty"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def models_at(model: type[BaseModel], path: Steps, data: Any) -> list[type[BaseModel]]:
    """The models that the value at `path` may be an instance of, by its `kind` where it has one."""
    return [t for t in _types_at(model, path, data) if _is_model(t)]


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _types_at(model: type[BaseModel], path: Steps, data: Any) -> list[Any]:
    candidates: list[Any] = [model]
    for step in path:
        inner = [deeper for c in candidates for deeper in _deeper(c, step)]
        _, data = lookup(data, (step,))
        candidates = _of_kind([t for annotation in inner for t in _plain(annotation)], data)
    return candidates


def _deeper(annotation: Any, step: str | int) -> Iterator[Any]:
    if _is_model(annotation):
        for name, field in annotation.model_fields.items():
            if step == (field.alias or name):
                yield field.annotation
    elif isinstance(get_origin(annotation), type):
        arguments = get_args(annotation)
        if issubclass(get_origin(annotation), Mapping) and len(arguments) == 2:
            yield arguments[1]
        elif issubclass(get_origin(annotation), list | tuple) and arguments:
            yield arguments[0]


def _plain(annotation: Any) -> Iterator[Any]:
    """The types an annotation stands for: out of Annotated, unions and named aliases."""
    if type(annotation).__name__ == "TypeAliasType":
        yield from _plain(annotation.__value__)
    elif get_origin(annotation) is Annotated:
        yield from _plain(get_args(annotation)[0])
    elif get_origin(annotation) is Union or type(annotation).__name__ == "UnionType":
        for argument in get_args(annotation):
            yield from _plain(argument)
    else:
        yield annotation


def _of_kind(candidates: list[Any], data: Any) -> list[Any]:
    kind = data.get("kind") if isinstance(data, dict) else None
    same = [t for t in candidates if _is_model(t) and kind in _field_literals(t, "kind")]
    return same or candidates


def _field_literals(model: type[BaseModel], name: str) -> list[Any]:
    field = model.model_fields.get(name)
    if field is None:
        return []
    return [
        value
        for plain in _plain(field.annotation)
        if get_origin(plain) is Literal
        for value in get_args(plain)
    ]


def _tags(model: type[BaseModel], path: Steps, data: Any, key: str) -> list[Any]:
    return [tag for owner in models_at(model, path, data) for tag in _field_literals(owner, key)]


def _literals(model: type[BaseModel], path: Steps, data: Any) -> list[str]:
    return [
        str(value)
        for plain in _types_at(model, path, data)
        if get_origin(plain) is Literal
        for value in get_args(plain)
    ]
