"""Reading text: plain data with lines; anything dangerous or ambiguous is refused quickly."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilrs.errors import ScenarioError
from ilrs.scenario.loading import PACKAGE, read_document
from ilrs.scenario.yaml_text import LARGEST, parse, parse_known

Write = Callable[..., Path]

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
)


def test_plain_values_and_their_lines() -> None:
    document = parse("a: 1\nb:\n  - 2.5\n  - {c: yes, d: true}\ne: 2031-01-01\nf: ~\n1e3: 0x1F\n")
    assert document.data == {
        "a": 1,
        "b": [2.5, {"c": "yes", "d": True}],
        "e": "2031-01-01",
        "f": None,
        "1e3": 31,
    }
    assert document.where(("b", 1, "d")).line == 4
    assert str(document.where(("b", 1, "d"))) == "<text>:4: b[1].d"
    assert document.where(("b", 7, "x")).line == 2
    assert document.where(("z",)).line == 1


def test_anchors_and_merge_keys() -> None:
    document = parse("x: &m {a: 1, b: 2}\ny:\n  <<: *m\n  b: 3\nz: {<<: [*m, {c: 4}], a: 0}\n")
    assert document.data["y"] == {"a": 1, "b": 3}
    assert document.data["z"] == {"a": 0, "b": 2, "c": 4}
    assert document.where(("y", "a")).line == 1


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "'a' is written twice, first in line 1"),
        ("a:\n  b: 1\n  b: 2\n", 3, "a.b"),
        ("a: !!python/object/apply:os.system [ls]\n", 1, "not allowed"),
        ("a: !thing 3\n", 1, "not allowed"),
        ("a: 1\nb:\n\t- 2\n", 3, "not with tabs"),
        ("a: 1\nb: 'open\n", 2, "close the quotes"),
        ("a: b: c\n", 1, "quotes around a text"),
        ("--- {a: 1}\n--- {b: 2}\n", 2, "one document a file"),
        ("a: *nobody\n", 1, "define the anchor"),
        ("a: 1\nb: \x07\n", 2, "U+0007"),
        ("- 1\n- 2\n", 1, "not a mapping"),
        ("just words\n", 1, "not a mapping"),
        ("", None, "empty"),
        ("# only a remark\n", None, "empty"),
        ("? [a]\n: 1\n", 1, "key must be a plain word"),
        ("a: .inf\n", 1, "not a finite number"),
        ("a: 1e999\n", 1, "not a finite number"),
        (BOMB, None, "values"),
        ("a: &a [*a]\n", 1, "contains itself"),
        ("a: " + "[" * 3000 + "\n", None, "nested deeper"),
        ("a: " + "{a: " * 45 + "[[[[[[[1]]]]]]]" + "}" * 45 + "\n", None, "nested deeper"),
    ],
)
def test_what_is_refused_and_where(text: str, line: int | None, word: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse(text, "x.yaml")
    assert word in str(caught.value)
    assert caught.value.where is not None
    assert str(caught.value.where.file) == "x.yaml"
    if line is not None:
        assert caught.value.where.line == line


@given(st.text(max_size=80))
def test_any_text_is_data_or_a_scenario_error(text: str) -> None:
    try:
        document = parse(text)
    except ScenarioError:
        return
    assert isinstance(document.data, dict)


@given(st.text(alphabet="ab:&*[]{}-<>!|'\"#%,? \n\t1.~", max_size=60))
def test_any_punctuation_is_data_or_a_scenario_error(text: str) -> None:
    try:
        document = parse(text)
    except ScenarioError:
        return
    assert isinstance(document.data, dict)


def refusal(path: Path) -> ScenarioError:
    with pytest.raises(ScenarioError) as caught:
        read_document(path)
    assert caught.value.exit_code == 2
    assert path.name in str(caught.value)
    return caught.value


def test_a_missing_file_names_its_neighbour(write: Write, tmp_path: Path) -> None:
    write()
    error = refusal(tmp_path / "staton.yaml")
    assert "no such file" in str(error)
    assert "station.yaml" in error.remedy
    assert "no folder" in refusal(tmp_path / "nowhere" / "x.yaml").remedy


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    assert "folder" in str(refusal(tmp_path))


def test_a_device_is_not_a_file() -> None:
    assert "not a regular file" in str(refusal(Path("/dev/null")))


def test_a_file_in_another_encoding(write: Write) -> None:
    error = refusal(write("name: x\ntitle: Tranquillité\n".encode("latin-1")))
    assert error.where is not None
    assert error.where.line == 2
    assert "UTF-8" in error.remedy
    assert "UTF-8" in str(refusal(write("name: x\n".encode("utf-16"))))


def test_a_byte_order_mark_is_no_part_of_the_text(write: Write) -> None:
    assert read_document(write(b"\xef\xbb\xbfname: x\r\n")).data == {"name": "x"}


def test_an_over_large_file(write: Write) -> None:
    assert "larger" in str(refusal(write(b"# " + b"x" * LARGEST)))


def test_an_empty_file(write: Write) -> None:
    assert "empty" in str(refusal(write("")))


def test_a_name_with_a_null_byte() -> None:
    with pytest.raises(ScenarioError):
        read_document(Path("a\0b.yaml"))


def test_an_unknown_packaged_name() -> None:
    with pytest.raises(ScenarioError, match=r"no packaged scenario 'ilsr'.*ilrs"):
        read_document("ilsr")


def test_text_is_read_as_text() -> None:
    assert read_document("a: 1\n").data == {"a": 1}


def test_known_texts_are_read_by_another_door_to_the_same_end() -> None:
    words = "a: 1\nb: [2.5, yes, true, ~, 0x1F, 1e-9, 1:30, 010, .5, 2031-01-01, '7', \"8\"]\n"
    texts = [words, "a: &a {x: 1, y: null}\nb: {<<: *a, y: 2}\nc: >-\n  two\n  lines\n"]
    short = [p for p in PACKAGE.rglob("reference/**/*.yaml") if p.stat().st_size < 15_000]
    assert len(short) > 20
    for text in [*texts, *(p.read_text(encoding="utf-8") for p in short)]:
        slow, known = parse(text), parse_known(text, "<text>")
        assert repr(known.data) == repr(slow.data)
        assert known.marks == slow.marks
