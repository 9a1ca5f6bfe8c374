"""YAML text to plain data with the line of every value; nothing in it is ever executed.

YAML 1.2 with mappings, lists and scalars; dates stay text. Duplicate keys, tags, several documents,
and aliases that blow up are refused.
"""

from __future__ import annotations

import math
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml as libyaml
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.resolver import implicit_resolvers

from ilrs.errors import ScenarioError, Where
from ilrs.scenario.document import Document, Mark, Steps, nearest, path_text
from ilrs.units import WrittenFloat, WrittenInt

LARGEST = 1_000_000
"""Most bytes of a file that is read."""
MOST_VALUES = 100_000
"""Most values once aliases are written out."""
DEEPEST = 50
"""Most levels of mappings and lists inside each other."""

_MAPPINGS = (MappingNode, libyaml.MappingNode)
_LISTS = (SequenceNode, libyaml.SequenceNode)
_SCALARS = (ScalarNode, libyaml.ScalarNode)
_TAG = "tag:yaml.org,2002:"
_INT = re.compile(r"[-+]?[0-9]+|0x[0-9a-fA-F]+|0o[0-7]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_CROWDED = re.compile(r"(?:[\[{]\s*){200}")
"""Brackets in brackets beyond what anybody means."""
_WIDE_COLON = re.compile(r"^\s*(?:- )?\w+\uff1a", re.MULTILINE)
_ENDS = ("end of stream", "<stream end>")
"""How the parser says that a file ends where something is still open."""
_LOOK = "look at quotes, brackets and indentation here and in the line before"
_REMEDIES = {
    "'\\t'": "indent with spaces, not with tabs",
    "mapping values are not allowed": "line up the keys; put quotes around a text with ': '",
    "cannot start any token": "put quotes around a text that begins with a sign",
    "<stream end>": "close the quotes or brackets",
    "could not find expected ':'": "write 'key: value', with a space after the colon",
    "expected a single document": "keep one document a file, without '---' in between",
    "found unexpected end of stream": "close the quotes or brackets",
    "found undefined alias": "define the anchor (&name) before the alias (*name)",
    "expected ',' or": "put commas between the entries of a list or mapping in brackets",
    "expected <block end>": "line up the keys of one mapping",
}


def read_text(path: Path, *, less: str = "describe what is alike as one, with its total") -> str:
    """The text of a file: UTF-8, a regular file of at most `LARGEST` bytes.

    `less` tells whoever gives a larger one what to do.
    """
    where = Where(path)
    try:
        if path.is_dir():
            raise ScenarioError("is a folder, not a file", where=where, remedy="name a file in it")
        if not path.exists():
            if path.is_symlink():
                raise ScenarioError(
                    "is a link that leads nowhere", where=where, remedy="name the file itself"
                )
            raise ScenarioError("there is no such file", where=where, remedy=_beside(path))
        if not path.is_file():
            raise ScenarioError("is not a regular file", where=where, remedy="name the file itself")
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ScenarioError(f"cannot be read: {reason}", where=where) from error
    if len(raw) > LARGEST:
        raise ScenarioError(f"is larger than {LARGEST} bytes", where=where, remedy=less)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ScenarioError(
            f"is not UTF-8 text: byte 0x{raw[error.start]:02x}",
            where=Where(path, line),
            remedy="save it as UTF-8",
        ) from error


def _beside(path: Path) -> str:
    try:
        names = [p.name for p in path.parent.iterdir() if p.suffix in {".yaml", ".yml"}]
    except OSError:
        return f"there is no folder {path.parent} either"
    near = nearest(path.name, names)
    return f"nearest: {path.with_name(near)}" if near else "check the name"


def parse(
    text: str,
    file: str = "<text>",
    *,
    begin: str = "`ilrs new` writes a scenario to start from",
) -> Document:
    """The plain data of a YAML text, with marks; its top must be a mapping.

    `begin` tells whoever gives an empty file how to begin one.
    """
    deep = _CROWDED.search(text)
    if deep is not None:  # the parser takes seconds to see it
        raise _too_deep(Where(file, text.count("\n", 0, deep.start()) + 1))
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 2)
    try:
        node = yaml.compose(text)
    except MarkedYAMLError as error:
        cut = any(end in str(error.problem) for end in _ENDS)
        ends = cut and error.context_mark is not None
        mark = error.context_mark if ends else error.problem_mark or error.context_mark
        what = " ".join(str(p) for p in (error.context, error.problem) if p)
        remedy = next((r for sign, r in _REMEDIES.items() if sign in what), _LOOK)
        line = mark.line + 1 if mark is not None else None
        if _WIDE_COLON.search("\n".join(text.split("\n")[max((line or 1) - 2, 0) : line])):
            remedy = "write ': ' with a space after it, not the wide '\uff1a'"
        raise _no_yaml(what, Where(file, line), remedy) from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        code = error.character if isinstance(error.character, int) else ord(error.character)
        raise ScenarioError(
            f"holds the control character U+{code:04X}",
            where=Where(file, line),
            remedy="save it as UTF-8",
        ) from error
    except RecursionError as error:
        raise _too_deep(Where(file)) from error
    except (YAMLError, ValueError, AttributeError, NotImplementedError) as error:
        raise _no_yaml(error, Where(file), _LOOK) from error
    if node is None or (isinstance(node, ScalarNode) and not node.value):
        raise ScenarioError("is empty", where=Where(file), remedy=begin)
    if not isinstance(node, MappingNode):
        raise ScenarioError(
            "is not a mapping of keys to values", where=Where(file, 1), remedy="write 'key: value'"
        )
    reader = _Reader(file)
    data = reader.value(node, ())
    return Document(data=data, marks=reader.marks, file=file)


def _no_yaml(problem: object, where: Where, remedy: str) -> ScenarioError:
    return ScenarioError(
        f"this is not YAML; the parser says: {problem}", where=where, remedy=remedy
    )


def _too_deep(where: Where) -> ScenarioError:
    return ScenarioError(
        f"is nested deeper than {DEEPEST} levels", where=where, remedy="put less inside each other"
    )


def parse_known(text: str, file: str) -> Document:
    """As `parse`, of a text known to be good YAML: forty times as fast, its mistakes not explained.

    Nodes are made by libyaml, where it is there, with the plain values of YAML 1.2.
    """
    if not libyaml.__with_libyaml__:
        return parse(text, file)
    reader = _Reader(file)
    data = reader.value(libyaml.compose(text, _libyaml_loader()), ())
    return Document(data=data, marks=reader.marks, file=file)


@cache
def _libyaml_loader() -> type:
    class Loader(libyaml.cyaml.CParser, libyaml.resolver.BaseResolver):
        def __init__(self, stream: str) -> None:
            libyaml.cyaml.CParser.__init__(self, stream)
            libyaml.resolver.BaseResolver.__init__(self)

    for versions, tag, words, first in implicit_resolvers:
        if (1, 2) in versions:
            Loader.add_implicit_resolver(tag, words, first)
    return Loader


class _Reader:
    """Walks the nodes once, counting values so that aliases cannot blow up."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.marks: dict[Steps, Mark] = {}
        self.open: set[int] = set()
        self.count = 0

    def value(self, node: Node, path: Steps) -> Any:
        self.count += 1
        if self.count > MOST_VALUES:
            raise self.error(
                f"has more than {MOST_VALUES} values, aliases written out", node, (),
                "write what is meant, with fewer aliases",
            )  # fmt: skip
        if len(path) > DEEPEST:
            raise _too_deep(Where(self.file, node.start_mark.line + 1))
        self.marks.setdefault(path, Mark(self.file, node.start_mark.line + 1))
        if isinstance(node, _SCALARS):
            return self.scalar(node, path)
        if id(node) in self.open:
            raise self.error(
                "contains itself through an alias", node, path, "write it out without the alias"
            )
        self.open.add(id(node))
        self.plain(node, path, {"map", "seq"})
        if isinstance(node, _MAPPINGS):
            result: Any = self.mapping(node, path)
        else:
            assert isinstance(node, _LISTS)
            result = [self.value(item, (*path, i)) for i, item in enumerate(node.value)]
        self.open.discard(id(node))
        return result

    def mapping(self, node: MappingNode, path: Steps) -> dict[str, Any]:
        lines: dict[str, int] = {}
        result: dict[str, Any] = {}
        merged: list[tuple[Node, Node]] = []
        for key_node, value_node in node.value:
            if str(key_node.tag) == _TAG + "merge":
                merged.extend(self.merged(value_node, path))
                continue
            key = self.key(key_node, path)
            line = key_node.start_mark.line + 1
            if key in lines:
                raise self.error(
                    f"the key {key!r} is written twice, first in line {lines[key]}",
                    key_node,
                    (*path, key),
                    remedy="keep one of them",
                )
            lines[key] = line
            result[key] = self.entry(key, line, value_node, path)
        for key_node, value_node in merged:
            key = self.key(key_node, path)
            if key not in result:
                line = key_node.start_mark.line + 1
                result[key] = self.entry(key, line, value_node, path)
        return result

    def entry(self, key: str, line: int, node: Node, path: Steps) -> Any:
        self.marks[(*path, key)] = Mark(self.file, line)
        return self.value(node, (*path, key))

    def merged(self, node: Node, path: Steps) -> list[tuple[Node, Node]]:
        parts = node.value if isinstance(node, _LISTS) else [node]
        entries: list[tuple[Node, Node]] = []
        for part in parts:
            if not isinstance(part, _MAPPINGS):
                raise self.error("'<<' takes a mapping or a list of them", part, path)
            if any(str(k.tag) == _TAG + "merge" for k, _ in part.value):
                raise self.error("'<<' inside a merged mapping is not supported", part, path)
            entries.extend(part.value)
            self.count += len(part.value)
        return entries

    def key(self, node: Node, path: Steps) -> str:
        if not isinstance(node, _SCALARS):
            raise self.error("a key must be a plain word", node, path)
        self.plain(node, path, {"str", "int", "float", "bool", "timestamp", "value"})
        return str(node.value)

    def plain(self, node: Node, path: Steps, kinds: set[str]) -> None:
        tag = str(node.tag)
        if tag.removeprefix(_TAG) not in kinds:
            what = "an empty key" if tag == _TAG + "null" else f"the tag {tag!r} is not allowed"
            raise self.error(what, node, path, remedy="write plain values")

    def scalar(self, node: ScalarNode, path: Steps) -> Any:
        self.plain(
            node, path, {"str", "int", "float", "bool", "null", "timestamp", "value", "merge"}
        )
        text, kind = str(node.value), str(node.tag).removeprefix(_TAG)
        if kind == "null":
            return None
        if kind == "bool" and text.lower() in {"true", "false"}:
            return text.lower() == "true"
        if kind == "int" and _INT.fullmatch(text) and len(text) < 400:
            prefix = text[:2].lower()
            return WrittenInt(int(text, {"0x": 16, "0o": 8}.get(prefix, 10)))
        if kind in {"float", "int"}:
            if _FLOAT.fullmatch(text) and math.isfinite(float(text)):
                return WrittenFloat(float(text))
            if _FLOAT.fullmatch(text) or "inf" in text.lower() or "nan" in text.lower():
                raise self.error(
                    f"{text[:40]} is not a finite number", node, path, "write a finite value"
                )
        return text

    def error(self, what: str, node: Node, path: Steps, remedy: str = "") -> ScenarioError:
        where = Where(self.file, node.start_mark.line + 1, path_text(path))
        return ScenarioError(what, where=where, remedy=remedy)
