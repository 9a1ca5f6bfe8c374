"""Energy equipment that cannot be: one message with file, line and what to do."""

import pytest
from tests.scenario.test_checks import STATION

from ilrs.errors import ScenarioError
from ilrs.scenario.load import load_scenario

PANEL = "      panel:\n        kind: solar_array\n"


@pytest.mark.parametrize(
    ("old", "new", "mark", "words"),
    [
        (PANEL, PANEL + "        efficiency: 1.2\n", "efficiency: 1.2", "1.2 is above 1"),
        (
            PANEL,
            PANEL + "        mass: 60 kg\n        mast_mass: 2 kg\n",
            "panel:",
            "no higher than",
        ),
        (PANEL, PANEL + "        tracking: fixed\n", "panel:", "needs an azimuth"),
        (
            "voltage: 1000 V\n        section: 6 mm^2",
            "voltage: 1000 V\n        section: 0 mm^2 # none",
            "line:",
            "mm^2 would lose 5 %",
        ),
        (
            "voltage: 1000 V\n        section: 6 mm^2",
            "voltage: 1000 V\n        mass: 2 kg\n        section: 6 mm^2",
            "line:",
            "conductors alone weigh",
        ),
        (
            "charge_power: 1.5 kW\n        discharge_power",
            "charge_stop: 10 degC\n        charge_power: 1.5 kW\n        discharge_power",
            "battery:",
            "give charge_full a higher temperature",
        ),
        (
            "charge_power: 1.5 kW\n        discharge_power",
            "round_trip: 105 %\n        charge_power: 1.5 kW\n        discharge_power",
            "round_trip: 105 %",
            "above 1",
        ),
    ],
)
def test_one_message_with_file_line_and_remedy(old, new, mark, words, tmp_path):
    assert STATION.count(old) == 1
    text = STATION.replace(old, new)
    file = tmp_path / "bad.yaml"
    file.write_text(text)
    (line,) = [i for i, row in enumerate(text.splitlines(), 1) if mark in row]
    with pytest.raises(ScenarioError) as caught:
        load_scenario(str(file))
    told = str(caught.value)
    assert f"bad.yaml:{line}:" in told
    assert words in told
