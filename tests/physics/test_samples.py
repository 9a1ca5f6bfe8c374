"""Samples: custody without gaps, losses against closed forms, packing against all choices."""

from itertools import combinations

import numpy as np
import pytest

from ilrs.physics import samples
from ilrs.physics.samples import Held, Sample


def sample(name="a", mass=0.3, material="ice", container=0.1):
    return Sample(name, material, "crater", mass, taken=100.0, container=container)


def test_custody_has_no_gap_and_knows_the_warmest():
    held = samples.hand_over(sample(), Held("rover", "crater", 100.0, 200.0, 95.0))
    held = samples.hand_over(held, Held("cache", "ridge", 200.0, 900.0, 120.0))
    assert samples.warmest(held) == 120.0
    assert [row["who"] for row in samples.record(held)] == ["rover", "cache"]
    with pytest.raises(ValueError, match="last held until 900 s"):
        samples.hand_over(held, Held("lander", "ridge", 950.0, 990.0, 120.0))
    with pytest.raises(ValueError, match="last held until 100 s"):
        samples.hand_over(sample(), Held("rover", "crater", 90.0, 200.0, 95.0))
    assert np.isnan(samples.warmest(sample()))


def test_a_sample_is_sealed_once_and_not_before_it_exists():
    closed = samples.seal(sample(), 150.0)
    assert closed.sealed == 150.0
    with pytest.raises(ValueError, match="sealed already"):
        samples.seal(closed, 160.0)
    with pytest.raises(ValueError, match="50 s before it is taken"):
        samples.seal(sample(), 50.0)


def test_at_one_temperature_loss_is_exponential_in_time():
    kept = samples.share_kept([0.0, 1e6], [150.0, 150.0], 1e-6, 150.0, 51e3)
    assert kept == pytest.approx(np.exp(-1.0))
    assert samples.share_kept([0.0], [300.0], 1.0, 150.0, 51e3) == 1.0


def test_coarse_and_fine_histories_agree():
    fine = np.linspace(0.0, 1e5, 2001)
    warm = np.interp(fine, [0.0, 4e4, 1e5], [110.0, 170.0, 120.0])
    coarse = samples.share_kept([0.0, 4e4, 1e5], [110.0, 170.0, 120.0], 1e-6, 150.0, 51e3)
    assert coarse == pytest.approx(samples.share_kept(fine, warm, 1e-6, 150.0, 51e3), rel=1e-3)


def test_a_seal_ends_the_loss():
    open_one = samples.hand_over(sample(), Held("rover", "crater", 100.0, 1100.0, 150.0))
    assert samples.kept_in_custody(open_one, 1e-3, 150.0, 51e3) == pytest.approx(np.exp(-1.0))
    closed = samples.seal(open_one, 600.0)
    assert samples.kept_in_custody(closed, 1e-3, 150.0, 51e3) == pytest.approx(np.exp(-0.5))


def test_ice_meets_its_triple_point_and_goes_slowly_in_the_cold():
    assert samples.ice_pressure(273.16) == pytest.approx(611.657, rel=1e-4)
    # Clausius and Clapeyron: 51 kJ/mol near 200 K, that of the Arrhenius law
    slope = np.log(samples.ice_pressure(201.0) / samples.ice_pressure(199.0))
    assert slope * samples.GAS_CONSTANT * 199.0 * 201.0 / 2.0 == pytest.approx(51e3, rel=0.01)
    # about a millimetre in a billion years at 100-110 K is why cold traps end there
    metre = samples.sublimation(110.0) * 1e9 * 3.156e7 / 920.0
    assert 1e-1 < metre < 1e3


def test_masses_add_up_by_material():
    masses = samples.cache_mass([sample(), sample("b", 0.5, "basalt", 0.2)])
    assert masses == pytest.approx(
        {"net": 0.8, "gross": 1.1, "material:ice": 0.3, "material:basalt": 0.5}
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_pack_is_the_best_of_all_choices(seed):
    dice = np.random.default_rng(seed)
    items = [sample(f"s{i}", float(dice.integers(50, 400)) / 1000, "m", 0.02) for i in range(9)]
    worth = {each.name: float(dice.random()) for each in items}
    best = max(
        sum(worth[s.name] for s in some)
        for count in range(10)
        for some in combinations(items, count)
        if sum(s.gross for s in some) <= 1.0 + 1e-9
    )
    packed = samples.packed(items, 1.0, worth)
    assert sum(s.gross for s in packed) <= 1.0 + 1e-9
    assert sum(worth[s.name] for s in packed) == pytest.approx(best)
    assert samples.packed(items, 0.0, worth) == []


def test_losing_a_collector_takes_what_it_still_holds():
    items = [sample("a", 1.0), sample("b", 2.0), sample("c", 0.5)]
    home = samples.brought_home_without(items, {"a": "east", "b": "west", "c": "vehicle"}, 2.8)
    assert home[""] == pytest.approx(2.5)
    assert home["west"] == pytest.approx(1.5)
    assert home["east"] == pytest.approx(2.5)
    assert home["vehicle"] == pytest.approx(2.0)
