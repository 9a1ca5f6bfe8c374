"""Runs: the same seed the same bytes, resumed to the identical end, written whole or not at all."""

import errno
import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ilrs.errors import RunError
from ilrs.operations import run as running
from ilrs.operations.folder import read_run, working_folder, write_run
from ilrs.operations.run import run

EVENTS = pd.DataFrame({"second": [0], "text": ["begins"]})


def digest(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def arrays(result):
    return result.record._asdict() | {
        "plan": result.plan.flow,
        "residual": result.prediction.content,
    }


def same(a, b):
    return all(np.array_equal(arrays(a)[k], arrays(b)[k]) for k in arrays(a))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(short, short_run, tmp_path):
    again = run(short, 1)
    for name, result in (("a", short_run), ("b", again)):
        write_run(result, EVENTS, {"x": 1.5}, tmp_path / name)
    assert digest(tmp_path / "a") == digest(tmp_path / "b")
    assert "run.zarr/zarr.json" in digest(tmp_path / "a")
    assert not same(short_run, run(short, 2))


def test_a_run_stopped_and_taken_up_again_ends_identically(short, short_run, tmp_path, monkeypatch):
    monkeypatch.setattr("ilrs.simulation.simulate.BLOCK", 1000)
    monkeypatch.setattr(running, "blocks", lambda count, first: _blocks(count, first, 1000))
    with pytest.raises(KeyboardInterrupt):
        run(short, 1, keep=tmp_path / "keep", stop_after=2)
    assert len(list((tmp_path / "keep").glob("block-*.npz"))) == 2
    calls = []
    monkeypatch.setattr(running, "plan_station", lambda *a, **k: calls.append(a))
    resumed = run(short, 1, keep=tmp_path / "keep")
    assert not calls, "the plan was made again"
    assert same(resumed, short_run)


def _blocks(count, first, size):
    return [(a, min(a + size, count)) for a in range(first, count, size)]


def test_a_checkpoint_of_another_seed_is_not_taken_up(short, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "blocks", lambda count, first: _blocks(count, first, 1000))
    with pytest.raises(KeyboardInterrupt):
        run(short, 1, keep=tmp_path / "keep", stop_after=1)
    other = run(short, 2, keep=tmp_path / "keep")
    assert same(other, run(short, 2))


def test_a_damaged_checkpoint_says_what_to_delete(short, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "blocks", lambda count, first: _blocks(count, first, 1000))
    with pytest.raises(KeyboardInterrupt):
        run(short, 1, keep=tmp_path / "keep", stop_after=1)
    (tmp_path / "keep" / "state.npz").write_bytes(b"PK broken")
    with pytest.raises(RunError, match="delete this folder"):
        run(short, 1, keep=tmp_path / "keep")


def test_a_run_comes_back_from_its_folder(short_run, tmp_path):
    write_run(short_run, EVENTS, {"x": 1}, tmp_path / "out")
    back = read_run(tmp_path / "out")
    assert np.array_equal(back.dataset["rate"].values, short_run.record.flow)
    assert [str(s) for s in back.dataset["store"].values] == list(short_run.truth.stores.names)
    assert back.plan.steps == short_run.plan.steps
    assert back.events["text"].tolist() == ["begins"]
    assert back.certificate["scenario_sha256"] == short_run.loaded.sha256


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES])
def test_a_full_disk_leaves_the_earlier_run_untouched(short_run, tmp_path, monkeypatch, number):
    out = tmp_path / "out"
    write_run(short_run, EVENTS, {"x": 1}, out)
    before = digest(out)

    def fail(folder):
        raise OSError(number, "no")

    with pytest.raises(RunError, match="disk is full" if number == errno.ENOSPC else "permissions"):
        write_run(short_run, EVENTS, {"x": 2}, out, finish=fail)
    assert digest(out) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out"]


def test_a_finished_run_replaces_the_earlier_one_and_its_checkpoints(short_run, tmp_path):
    out = tmp_path / "out"
    write_run(short_run, EVENTS, {"x": 1}, out)
    working_folder(out).mkdir()
    write_run(short_run, EVENTS, {"x": 2}, out)
    assert read_run(out).summary == {"x": 2}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out"]


def test_a_folder_that_is_no_run_is_named(tmp_path):
    with pytest.raises(RunError, match="not the folder of a finished run"):
        read_run(tmp_path)


def test_the_predictor_is_off_by_what_truth_and_sensors_hide(short_run):
    """Residuals are neither zero (it would have read the truth) nor far off."""
    residual = short_run.prediction.content
    capacity = short_run.network.stores.capacity
    battery = short_run.network.stores.names.index("command-centre/battery")
    share = np.abs(residual[:, battery]) / capacity[battery]
    assert len(residual) > 20
    assert 1e-4 < np.median(share) < 0.05


def test_without_offsets_noise_and_faults_the_prediction_is_the_truth(short):
    scenario = short.scenario
    still = scenario.uncertainty.model_copy(update={"parameters": 0.0, "sensors": 0.0})
    whole = {
        name: facility.model_copy(
            update={
                "components": {
                    part: c.model_copy(update={"failures": {}})
                    for part, c in facility.components.items()
                }
            }
        )
        for name, facility in scenario.facilities.items()
    }
    quiet = short.__class__(
        scenario.model_copy(update={"uncertainty": still, "facilities": whole, "faults": []}),
        short.document,
        short.sha256,
    )
    result = run(quiet, 1)
    capacity = result.network.stores.capacity
    # Data in flight within a step are not in the telemetered state, so that temperatures are off by
    # what sending them warms, and batteries wear a little differently.
    electric = [u != "bit" for u in result.network.stores.units]
    assert np.abs(result.prediction.content / capacity)[:, electric].max() < 1e-5
    assert np.abs(result.prediction.temperature).max() < 0.5
