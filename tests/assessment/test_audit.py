"""The auditor: a true run passes, and every kind of corruption is caught by name."""

import numpy as np
import pytest

from ilrs.assessment.audit import audit, require_closed
from ilrs.errors import BalanceError
from ilrs.operations.dataset import to_dataset


@pytest.fixture(scope="session")
def history(short_run):
    return to_dataset(short_run).load()


def broken(dataset):
    return {c.balance for c in audit(dataset) if not c.passed}


def test_a_true_run_closes_every_balance(history):
    checks = audit(history)
    assert not [c for c in checks if not c.passed]
    names = {c.balance.split(" ")[0] for c in checks}
    assert {"node", "store", "heat", "energy", "mass", "hydrogen", "oxygen", "no"} <= names
    require_closed(checks, 600)


def changed(history, variable, where, value):
    copy = history.copy(deep=True)
    copy[variable].values[where] = value(copy[variable].values[where])
    return copy


def test_a_flow_that_was_changed_breaks_its_node(history):
    flow = [str(f) for f in history["flow"].values].index("power-tower-a/array")
    lit = int(np.argmax(history["rate"].values[:, flow]))
    found = broken(changed(history, "rate", (lit, flow), lambda v: v * (1 + 1e-6)))
    assert found == {"node ridge-a/electricity"}


def test_a_content_that_was_changed_breaks_its_store(history):
    store = [str(s) for s in history["store"].values].index("command-centre/battery")
    found = broken(changed(history, "content", (700, store), lambda v: v * (1 + 1e-6)))
    assert found == {"store command-centre/battery"}


def test_a_loss_that_was_hidden_breaks_its_store(history):
    store = [str(s) for s in history["store"].values].index("command-centre/battery")
    found = broken(changed(history, "loss", (slice(None), store), lambda v: v * 0.0))
    assert "store command-centre/battery" in found


def test_a_temperature_that_was_changed_breaks_its_mass(history):
    found = broken(changed(history, "temperature", (700, 0), lambda v: v + 1e-3))
    assert found == {f"heat of {history['mass'].values[0]}"}


def test_water_from_nowhere_breaks_mass_and_elements(history):
    flow = [str(f) for f in history["flow"].values].index("command-centre/fuel-cell.cell")
    node = [str(n) for n in history["node"].values].index("command-centre/fuel-cell/water")
    found = broken(changed(history, "incidence", (node, flow), lambda v: v * (1 + 1e-6)))
    assert {f"{what} across converter flows" for what in ("mass", "hydrogen", "oxygen")} <= found


def test_a_sink_given_more_than_it_wanted_is_told(history):
    found = broken(changed(history, "wanted", (slice(None), 2), lambda v: v * 0.5))
    assert "no sink gets more than it wants" in found


def test_nan_never_passes(history):
    assert broken(changed(history, "rate", (5, 0), lambda v: v * np.nan))


def test_a_broken_balance_is_raised_with_its_name(history):
    wrong = changed(history, "temperature", (700, 0), lambda v: v + 1.0)
    with pytest.raises(BalanceError, match=r"heat of .*second 42"):
        require_closed(audit(wrong), 600)
