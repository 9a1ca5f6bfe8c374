from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from ilrs.environment.compute import compute_environment
from ilrs.network.assemble import assemble, clock_of
from ilrs.scenario.checks import CHECKS
from ilrs.scenario.load import load_scenario
from ilrs.scenario.metrics import METRICS
from ilrs.scenario.template import template

DOCS = Path(__file__).parents[2] / "docs" / "reference" / "scenario.md"


def test_the_template_loads_without_findings_and_extends_nothing() -> None:
    loaded = load_scenario(template())
    assert loaded.document.extends is None
    assert set(loaded.scenario.places) == {"ridge-a", "earth"}


def test_the_template_explains_itself() -> None:
    comments = [line for line in template().splitlines() if "#" in line]
    assert len(comments) > 20
    assert "\t" not in template()


def test_the_template_becomes_a_network_that_gets_sunlight(tmp_path: Path) -> None:
    overlay = tmp_path / "week.yaml"
    overlay.write_text("period:\n  ends: 2031-01-08\nfaults: []\n")
    scenario = load_scenario(template(), [overlay]).scenario
    clock = clock_of(scenario)
    network = assemble(scenario, compute_environment(scenario, clock))
    array = network.flows.names.index("outpost/array")
    profile = network.profiles[network.flows.profile[array]]
    power = network.flows.cap[array] * profile
    assert clock.count == 7 * 144
    assert 500.0 < float(np.max(power)) < 1361.0 * 3.0 * 0.31


@pytest.mark.parametrize("i", range(3))
def test_examples_in_the_reference_page_load(i: int, tmp_path: Path) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.S)
    assert len(blocks) == 3
    file = tmp_path / "example.yaml"
    text = blocks[i] if "extends:" in blocks[i] else "extends: ilrs\n" + blocks[i]
    file.write_text(text, encoding="utf-8")
    assert load_scenario(file).sha256 != load_scenario("ilrs").sha256


def test_the_reference_page_lists_every_metric_and_check() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert [name for name in [*METRICS, *CHECKS] if f"| `{name}` |" not in text] == []
