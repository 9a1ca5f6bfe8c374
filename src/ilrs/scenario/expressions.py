"""A small language of conditions over named series: checked before anything is computed.

    sun.area_fraction > 0.5 and (relay.visible or not earth.visible)

Numbers, names, `+ - * /`, comparisons (chained too), `and`, `or`, `not` and brackets. A name is a
*number* or a *truth*; only truths join by `and`, `or`, `not`, and a condition is a truth. Every
mistake points at its word.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

import numpy as np

from ilrs.errors import UserError
from ilrs.scenario.document import suggestion

Kind = Literal["number", "truth"]
Series = np.ndarray[Any, np.dtype[Any]]

LONGEST = 2000
"""Most characters of a condition."""
DEEPEST = 50
"""Most brackets and `not`s inside each other."""
_WORD = re.compile(r"[A-Za-z_](?:[\w.:/]|-(?=\w))*")
_NUMBER = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_SIGN = re.compile(r"<=|>=|==|!=|[-+*/<>()]")


def _quotient(a: Any, b: Any) -> Any:
    """a / b, not a number where b is zero, so that no comparison with it holds."""
    return np.where(np.equal(b, 0.0), np.nan, np.divide(a, b))


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": _quotient,
}
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": lambda a, b: operator.lt(a, b) | operator.gt(a, b),
}


@dataclass(frozen=True)
class _Token:
    text: str
    at: int
    kind: Literal["number", "name", "word", "sign", "end"]


@dataclass(frozen=True)
class _Part:
    """A part of an expression: what it yields, and how."""

    kind: Kind
    value: Callable[[Mapping[str, Series]], Any]
    at: int


@dataclass(frozen=True)
class Condition:
    """A checked condition: its text, the names it uses, and its truth over their series."""

    text: str
    names: tuple[str, ...]
    _part: _Part

    def holds(self, series: Mapping[str, Series]) -> Series:
        """Whether it holds, of the shape of the series; no comparison holds with a
        division by zero."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self._part.value(series), dtype=np.bool_)


def parse_condition(text: str, known: Mapping[str, Kind]) -> Condition:
    """The condition that `text` says about `known` names; `UserError` points at what is wrong."""
    if len(text) > LONGEST:
        raise UserError(f"the condition is longer than {LONGEST} characters")
    parser = _Parser(text, known)
    part = parser.whole()
    return Condition(text, tuple(dict.fromkeys(parser.used)), part)


class _Parser:
    """Recursive descent, a method a level of precedence."""

    def __init__(self, text: str, known: Mapping[str, Kind]) -> None:
        self.text, self.known = text, known
        self.used: list[str] = []
        self.depth = 0
        self.tokens = self._tokens()
        self.next = 0

    def fail(self, what: str, at: int, length: int = 1, remedy: str = "") -> NoReturn:
        """Raise, with the text and a mark under the word."""
        mark = " " * at + "^" * max(length, 1)
        raise UserError(
            f"{what}, at character {at + 1} of the condition\n    {self.text}\n    {mark}",
            remedy=remedy,
        )

    def _tokens(self) -> list[_Token]:
        text, found, at = self.text, [], 0
        if "\n" in text or "\t" in text:
            text = self.text = re.sub(r"\s", " ", text)
        # The longest known name comes first, so that `queqiao-2.visible` is no subtraction.
        names = sorted(self.known, key=len, reverse=True)
        while at < len(text):
            if text[at].isspace():
                at += 1
                continue
            name = next(
                (n for n in names if text.startswith(n, at) and _ends(text, at + len(n))), ""
            )
            if name:
                found.append(_Token(name, at, "name"))
                at += len(name)
                continue
            for kind, pattern in (("number", _NUMBER), ("word", _WORD), ("sign", _SIGN)):
                match = pattern.match(text, at)
                if match:
                    found.append(_Token(match[0], at, kind))  # type: ignore[arg-type]
                    at = match.end()
                    break
            else:
                self._odd(text, at)
        return [*found, _Token("", len(text), "end")]

    def _odd(self, text: str, at: int) -> NoReturn:
        remedies = {
            "=": "compare with ==",
            "&": "write `and`",
            "|": "write `or`",
            "!": "write `not`",
        }
        self.fail(f"{text[at]!r} has no meaning here", at, 1, remedies.get(text[at], ""))

    @property
    def token(self) -> _Token:
        return self.tokens[self.next]

    def take(self, *texts: str) -> _Token | None:
        """The next token when it is one of these signs or words."""
        token = self.token
        if token.kind in ("sign", "word") and token.text in texts:
            self.next += 1
            return token
        return None

    def whole(self) -> _Part:
        if self.token.kind == "end":
            raise UserError("the condition is empty", remedy="write 'sun.area_fraction > 0.5', say")
        part = self.either()
        token = self.token
        if token.kind == "number" or token.kind == "name":
            self.fail(
                f"{token.text!r} stands beside something",
                token.at,
                len(token.text),
                "join the two with and, or, a comparison or arithmetic",
            )
        if token.kind == "word":
            self.unknown(token)
        if token.kind != "end":
            self.fail(f"{token.text!r} is one too many", token.at, len(token.text))
        if part.kind != "truth":
            self.fail("the condition is a number", 0, len(self.text), "compare it with something")
        return part

    def either(self) -> _Part:
        return self._joined("or", self.both, np.logical_or)

    def both(self) -> _Part:
        return self._joined("and", self.negated, np.logical_and)

    def _joined(self, word: str, deeper: Callable[[], _Part], join: Any) -> _Part:
        part = deeper()
        while (sign := self.take(word)) is not None:
            left, right = self.truth(part, word), self.truth(deeper(), word)
            part = _Part("truth", _two(join, left.value, right.value), left.at)
            del sign
        return part

    def negated(self) -> _Part:
        sign = self.take("not")
        if sign is None:
            return self.comparison()
        self._deeper(sign.at)
        inner = self.truth(self.negated(), "not").value
        self.depth -= 1
        return _Part("truth", lambda s: np.logical_not(inner(s)), sign.at)

    def comparison(self) -> _Part:
        left = self.sum()
        found: list[Callable[[Mapping[str, Series]], Any]] = []
        first = left
        while (sign := self.take(*_COMPARISONS)) is not None:
            right = self.sum()
            for part in (left, right):
                self.number(part, sign.text)
            found.append(_two(_COMPARISONS[sign.text], left.value, right.value))
            left = right
        if not found:
            return first
        return _Part("truth", lambda s: np.logical_and.reduce([f(s) for f in found]), first.at)

    def sum(self) -> _Part:
        return self._arithmetic(("+", "-"), lambda: self._arithmetic(("*", "/"), self.signed))

    def _arithmetic(self, signs: tuple[str, ...], deeper: Callable[[], _Part]) -> _Part:
        part = deeper()
        while (sign := self.take(*signs)) is not None:
            left, right = self.number(part, sign.text), self.number(deeper(), sign.text)
            part = _Part("number", _two(_ARITHMETIC[sign.text], left.value, right.value), left.at)
        return part

    def signed(self) -> _Part:
        sign = self.take("-", "+")
        if sign is None:
            return self.atom()
        self._deeper(sign.at)
        inner = self.number(self.signed(), sign.text).value
        self.depth -= 1
        return _Part("number", inner if sign.text == "+" else lambda s: -inner(s), sign.at)

    def atom(self) -> _Part:
        token = self.token
        if token.kind == "number":
            self.next += 1
            number = float(token.text)
            unit = self.token
            if unit.kind == "word" and unit.text not in ("and", "or", "not"):
                self.fail(
                    f"a number stands alone here, without {unit.text!r}",
                    unit.at,
                    len(unit.text),
                    "the unit is in the name, as in earth.distance_km",
                )
            return _Part("number", lambda s: number, token.at)
        if token.kind == "name":
            self.next += 1
            name = token.text
            self.used.append(name)
            return _Part(self.known[name], lambda s: s[name], token.at)
        if token.kind == "word" and token.text not in ("and", "or", "not"):
            self.unknown(token)
        if self.take("("):
            self._deeper(token.at)
            part = self.either()
            if not self.take(")"):
                self.fail("a bracket is not closed", token.at, 1, "write ) where it ends")
            self.depth -= 1
            return _Part(part.kind, part.value, token.at)
        if token.kind == "end":
            self.fail("the condition breaks off", token.at, 1, "a name or a number is missing")
        self.fail(f"a name or a number is missing before {token.text!r}", token.at, len(token.text))

    def unknown(self, token: _Token) -> NoReturn:
        near = suggestion(token.text, self.known)
        if not near.startswith("nearest"):
            plain = [name for name in sorted(self.known) if "/" not in name]
            near = f"known: {', '.join(plain)}, and ground stations as facility/component.visible"
        self.fail(f"{token.text!r} is not known", token.at, len(token.text), near)

    def truth(self, part: _Part, word: str) -> _Part:
        if part.kind != "truth":
            self.fail(
                f"`{word}` joins conditions, and this is a number",
                part.at,
                1,
                "compare it with something, as in sun.elevation_deg > 0",
            )
        return part

    def number(self, part: _Part, sign: str) -> _Part:
        if part.kind != "number":
            self.fail(
                f"{sign!r} is for numbers, and this is true or false",
                part.at,
                1,
                "use it as it is, or with not",
            )
        return part

    def _deeper(self, at: int) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail("the condition is nested too deep", at)


def _ends(text: str, at: int) -> bool:
    """Whether a name may end here: what follows is no part of a word."""
    return at >= len(text) or not (text[at].isalnum() or text[at] in "_./:")


def _two(
    join: Callable[[Any, Any], Any],
    left: Callable[[Mapping[str, Series]], Any],
    right: Callable[[Mapping[str, Series]], Any],
) -> Callable[[Mapping[str, Series]], Any]:
    return lambda s: join(left(s), right(s))
