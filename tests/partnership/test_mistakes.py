"""What is wrong in a proposal is told in English, Chinese and Russian, by the same key."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ilrs.errors import ScenarioError, UserError, Where
from ilrs.language import LANGUAGES, catalogue, recognised
from ilrs.partnership.matching.criteria import read_criteria
from ilrs.partnership.mistakes import told_in
from ilrs.partnership.proposal import MOST_ENTRIES
from ilrs.partnership.reading import read_proposal
from ilrs.partnership.registry import read_registry
from ilrs.partnership.rules import read_rules
from ilrs.partnership.template import template
from ilrs.partnership.workflow import read_workflow

SOURCE = Path(__file__).resolve().parents[2] / "src/ilrs"
ROOMS = (
    *("partnership/**/*.py", "roadmap/*.py", "scenario/*.py", "units.py", "cli/*.py"),
    *("components/*.py", "physics/*.py"),
)
EQUIPMENT = ("components/*.py", "scenario/*.py")
RAISES = ("ValueError", "ScenarioError", "UserError", "UnitError", "finding")
ELSEWHERE = (
    "mistake.form.greater",  # pydantic's words
    "mistake.form.at",
    "mistake.form.less",
    "mistake.what.unknown_kind",  # the key that tells kinds apart is asked of pydantic
    "mistake.what.wrong_unit_plain",  # put together from two pieces, and tried above
    "mistake.what.above_percent",
    "mistake.what.no_launcher",  # one check puts the kind of thing and its name together
    "mistake.what.no_radio",
    "mistake.remedy.known_stations",  # a list of words stands inside
)
PIECED = (  # the words of these are put together from a kind and a name, and tried below
    "there is no \0 \0",
    "should be \0, is \0",
    "a \0 stands alone and extends nothing",
    "\0 m below a wall of \0 m: \0 m",
    "\0, at character \0 of the condition",
    "\0the list holds no star \0",
)
TABLES = "scenario/target_lists.py"
"""Tables of targets are of telescopes' users, and no part of a proposal."""
SCRIPT = {"zh": "[\u4e00-\u9fff]", "ru": "[а-яё]"}
MISTAKES = [
    ("bus: 28 V", "bus: 28", "no_unit"),
    ("bus: 28 V", "bus: 28 Vlt", "unknown_unit"),
    ("bus: 28 V", "bus: [1]", "no_quantity"),
    ("body: 4.5 kg", "bdy: 4.5 kg", "unknown_key"),
    ("body: 4.5 kg", "body: -4.5 kg", "below"),
    ("body: 4.5 kg", "body: 4.5 W", "wrong_unit"),
    ("body: 4.5 kg", "body: .inf", "not_finite"),
    ("body: 4.5 kg", "body: 1e30 kg", "heavy"),
    ("modules: 1", "modules: many", "should_be"),
    ("modules: 1", "modules: 0", "should_be"),
    ("proposal: 1", "proposal: 2", "not_allowed"),
    ("resting: {mean: 2 W, duty: 50 %}", "resting: {mean: 2 W, duty: 80 %}", "duties"),
    ("resting: {mean: 2 W, duty: 50 %}", "resting: {mean: 2 W, duty: 50}", "above_percent"),
    ("resting: {mean: 2 W, duty: 50 %}", "resting: {mean: 2 W, duty: 5 W}", "wrong_unit_plain"),
    ("peak: 22 W", "peak: 2 W", "peak"),
    ("level: equipment", "level: equpment", "not_allowed"),
    ("length: 0.3 m", "length: 0 m", "flat"),
    ("minimum: 223 K", "minimum: 260 K", "survival_limits"),
    ("disposal: Switched off", "# ", "no_disposal"),
    ("name: my-payload", "name: ../../etc/passwd", "form"),
    ("name: my-payload", "name: [", "not_yaml"),
    ("name: my-payload", "# ", "missing"),
    ("name: my-payload", "extends: ../../secret.yaml\nname: my-payload", "extends"),
    ("name: my-payload", "name: a\nname: b", "written_twice"),
    ("proposal: 1", "proposition: 1", "other_kind"),
    ("elevation: 10 deg", "elevation: 100 deg", "elevation"),
    ("ready: 2029-06-01", "ready: 2029-13-01", "no_day"),
    ("ready: 2029-06-01", "ready: 2029-06-01T25:00", "no_time"),
    ("ready: 2029-06-01", "ready: 1900-06-01", "ready_date"),
    ("ready: 2029-06-01", "ready: 2029-06-01\n  latest: 2028-01-01", "ready_too_late"),
    ("works: 730 d", "works: 1e300 d", "above"),
    ("robot_setup: 2 h", "robot_setup: 1e300 h", "above"),
    ("bus: 28 V", "bus: 1e300 V", "beyond"),
    ("# components:", "components:\n  c: {kind: load, power: 1e300 W}\n# ", "beyond"),
    ("azimuth: 180 deg", "azimuth: 1e300 deg", "above"),
    ("body: 4.5 kg", "body: '4,5 kg'", "unreadable_quantity"),
    ("ready: 2029-06-01", "ready: soon", "no_date"),
    ("ready: 2029-06-01", "ready: {value: 2029-06-01, source: x, status: sure}", "unknown_status"),
    ("# components:\n#   camera: {kind: load", "components:\n  c: {kind: laod", "unknown_kind"),
    (
        "# components:",
        "components:\n  c: {kind: load, power: 5 W, keep_alive: 6 W}\n# ",
        "keep_alive_over",
    ),
    (
        "# components:",
        "components:\n  melt: {kind: isru_plant, process: hydrogen_reduction,"
        " oxygen_a_year: 9 kg, ilmenite: 0}\n# ",
        "no_ilmenite",
    ),
    (
        "# components:",
        "components:\n  r: {kind: tether_robot, strength: 1 N}\n# ",
        "line_breaks",
    ),
    ("confidential: [who.contact]", "confidential: !!python/name:os.system [id]", "tag"),
    ("confidential: [who.contact]", "confidential: [who.contct]", "unknown_confidential"),
    ("confidential: [who.contact]", "a: &a [*a]", "holds_itself"),
]


def refusal(source: Path | str) -> ScenarioError:
    with pytest.raises(ScenarioError) as caught:
        read_proposal(source)
    return caught.value


def foreign(error: UserError, language: str) -> bool:
    """Whether message and remedy of an error are in the letters of a language."""
    script = re.compile(SCRIPT[language])
    return all(script.search(words) for words in (error.what, error.remedy) if words)


@pytest.mark.parametrize(("old", "new", "key"), MISTAKES)
def test_a_mistake_is_told_in_every_language_by_one_key(old: str, new: str, key: str) -> None:
    text = template()
    assert old in text
    error = refusal(text.replace(old, new, 1))
    english = told_in(error, "en")
    assert str(english) == str(error)
    assert english.as_data()["key"] == f"mistake.what.{key}"
    for language in LANGUAGES[1:]:
        told = told_in(error, language)
        assert told.key == english.key
        assert (told.where, told.exit_code) == (error.where, 2)
        assert foreign(told, language), str(told)


def test_what_is_no_file_no_text_crowded_or_a_bomb_is_told_in_every_language(
    tmp_path: Path,
) -> None:
    path = tmp_path / "mine.yaml"
    crowd = "".join(f"  c{i}: 1\n" for i in range(MOST_ENTRIES + 1))
    bomb = "a: &a [1,1,1,1,1,1,1,1,1]\n" + "".join(
        f"{b}: &{b} [{','.join(['*' + a] * 9)}]\n"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    cases = {
        "empty": b"",
        "not_mapping": b"- 1\n",
        "not_utf8": b"name: d\xfcst\n",
        "too_many_letters": b"# " + b"a" * 100_000 + b"\n",
        "too_many_values": bomb.encode(),
        "too_many_entries": b"proposal: 1\nviews:\n" + crowd.encode(),
        "too_deep": b"a: " + b"[" * 60 + b"]" * 60 + b"\n",
    }
    refusals = {}
    for key, content in cases.items():
        path.write_bytes(content)
        refusals[key] = refusal(path)
    refusals["no_file"] = refusal(tmp_path / "my.yaml")
    refusals["not_packaged"] = refusal("retroreflector")
    for key, error in refusals.items():
        for language in LANGUAGES[1:]:
            told = told_in(error, language)
            assert told.key == f"mistake.what.{key}"
            assert foreign(told, language), str(told)
    assert "ilrs propose new" in refusals["empty"].remedy


def test_many_mistakes_are_counted_and_the_meaning_of_a_missing_key_is_told() -> None:
    text = template().replace("28 V", "28").replace("  half_angle: 30 deg", "  half_angle: 30 W")
    error = refusal(re.sub(r"  science: .*", "  sciense: 1 bit/s", text))
    assert len(error.problems) > 1
    told = told_in(error, "zh")
    assert told.what.startswith(f"共 {len(error.problems)} 处错误\n  ")
    assert all(problem.key for problem in told.problems)
    missing = refusal(template().replace("body: 4.5 kg", "# ", 1).replace("name: my", "# my", 1))
    told = told_in(missing, "ru")
    assert "коротк" in str(told).lower()


def test_words_that_no_catalogue_knows_stay_and_have_no_key() -> None:
    error = UserError("a thing (of its own)", where=Where("f", 1), remedy="do that (now)")
    told = told_in(error, "zh")
    assert (str(told), told.key) == (str(error), "")
    assert recognised("should be a song, is 'that'", "mistake.what") is None


def test_the_code_still_says_what_the_catalogue_recognises() -> None:
    """The English of a mistake stands in the code, and in the catalogue to recognise it by."""
    said = "\0".join(
        node.value.replace("{", "{{").replace("}", "}}")
        for room in ROOMS
        for path in sorted(SOURCE.glob(room))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    gone = {
        (key, piece)
        for key, words in catalogue("en").items()
        if key.startswith("mistake.") and not key.startswith(ELSEWHERE)
        for piece in re.split(r"(?<!\{)\{\w+\}", words)
        if re.search("[a-z]{2}", piece) and piece not in said
    }
    assert not gone


def test_every_mistake_of_equipment_and_of_the_station_is_known() -> None:
    """Whatever a component or a check of the station raises, the catalogue recognises."""
    unknown = {
        words
        for room in EQUIPMENT
        for path in sorted(SOURCE.glob(room))
        if not path.match(TABLES)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RAISES
        if (words := words_of(node.args[2 if node.func.id == "finding" else 0]))  # type: ignore[attr-defined]
        if not words.startswith(PIECED) and recognised(words, "mistake.what") is None
    }
    assert not unknown


def words_of(node: ast.expr) -> str:
    """The words of a text in code, with a mark for each place; empty for what is no text."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.IfExp):
        return words_of(node.body)
    if isinstance(node, ast.JoinedStr):
        return "".join(words_of(part) for part in node.values)
    return (words_of(node.value) or "\0") if isinstance(node, ast.FormattedValue) else ""


def test_deep_lists_wide_colons_and_dead_links_are_told_at_once(tmp_path: Path) -> None:
    dead = tmp_path / "dead.yaml"
    dead.symlink_to("nowhere.yaml")
    cases: dict[str, Path | str] = {
        "too_deep": template() + "more: " + "[" * 40_000 + "\n",
        "link_nowhere": dead,
        "not_yaml": template().replace("mass:", "mass\uff1a", 1),
    }
    for key, source in cases.items():
        error = refusal(source)
        assert error.remedy
        for language in LANGUAGES[1:]:
            told = told_in(error, language)
            assert told.key == f"mistake.what.{key}"
            assert foreign(told, language), str(told)


@pytest.mark.parametrize("read", [read_registry, read_rules, read_workflow, read_criteria])
def test_what_stands_alone_extends_nothing_and_says_how_it_begins(
    read: Callable[[Path], object], tmp_path: Path
) -> None:
    path = tmp_path / "mine.yaml"
    for text, words in (("extends: ../../secret.yaml\na: 1\n", "独立|自成一体"), ("", "开头")):
        path.write_text(text)
        with pytest.raises(ScenarioError) as caught:
            read(path)
        assert re.search(words, str(told_in(caught.value, "zh")))


def test_a_word_that_two_branches_refuse_is_told_once_with_all_that_is_known(
    tmp_path: Path,
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "registry: 1\nmargins: {odd: 5 %}\npartners:\n  a: {title: A, kind: agncy}\n",
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError) as caught:
        read_registry(path)
    told = [str(told_in(problem, "zh")) for problem in caught.value.problems]
    assert [line.partition(": ")[2] for line in told] == [
        "margins.odd: 此处不允许 'odd'（已知的有：measured, off the shelf, to be developed, "
        "to be modified）",
        "partners.a.kind: 此处不允许 'agncy'（最接近的是：agency）",
    ]
