"""What must hold whatever the numbers are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thuishaven.region import demand, hiring, jobs, series, shifts, subsidy

SHARES = st.floats(0, 1)
POSITIVE = st.floats(0.01, 1e5)
STATIONS = st.lists(st.floats(0.5, 0.9999), min_size=1, max_size=30)


@given(POSITIVE, POSITIVE, POSITIVE, st.floats(1, 100))
def test_jobs_are_linear_in_volume(units: float, hours: float, year: float, times: float) -> None:
    once = demand.full_time_jobs(demand.hours_labour_paced(units, hours), year)
    many = demand.full_time_jobs(demand.hours_labour_paced(units * times, hours), year)
    assert pytest.approx(float(once) * times) == float(many)


@given(POSITIVE, POSITIVE, POSITIVE, st.lists(st.floats(100, 8_760), min_size=2, max_size=5, unique=True))
def test_without_premium_a_machine_hour_gets_cheaper_with_every_hour_sold(
    wage: float, crew: float, capital: float, hours: list[float]
) -> None:
    costs = [float(shifts.machine_hour_cost(wage, 0, crew, capital, sold)) for sold in sorted(hours)]
    assert costs == sorted(costs, reverse=True)


@given(STATIONS)
def test_a_line_is_never_more_available_than_its_worst_station(stations: list[float]) -> None:
    running = shifts.line_availability(stations)
    any_time = shifts.line_availability(stations, fails_only_running=False)
    assert any_time <= running * (1 + 1e-12)
    assert running <= min(stations) * (1 + 1e-12)


@given(st.floats(0.5, 200), st.floats(0.1, 1e4), st.floats(1.01, 100))
def test_a_line_that_stops_less_runs_through_more_often(hours: float, stops: float, times: float) -> None:
    first, second = (float(shifts.chance_of_no_stop(hours, mean)) for mean in (stops, stops * times))
    assert 0 <= first <= second <= 1
    assert float(shifts.chance_of_no_stop(hours, 1e12)) == pytest.approx(1)
    assert first <= float(shifts.share_run(hours, stops)) + 1e-12 <= 1 + 1e-9


@given(st.floats(1, 200), st.floats(0.01, 0.99))
def test_the_stops_that_are_needed_give_the_chance_that_is_wanted(hours: float, chance: float) -> None:
    needed = shifts.stop_hours_needed(hours, chance)
    assert pytest.approx(chance) == float(shifts.chance_of_no_stop(hours, needed))


@given(POSITIVE, POSITIVE, POSITIVE, st.floats(0.1, 10))
def test_no_batch_is_cheaper_than_the_best(cost: float, units: float, holding: float, times: float) -> None:
    best = series.best_batch(cost, units, holding)
    least = float(series.cost_at_best_batch(cost, units, holding))
    assert pytest.approx(least) == float(series.batch_cost(best, cost, units, holding))
    assert least <= float(series.batch_cost(best * times, cost, units, holding)) * (1 + 1e-9)


@given(
    st.integers(2, 5).flatmap(
        lambda n: st.tuples(
            st.lists(st.lists(st.floats(0, 0.9 / n), min_size=n, max_size=n), min_size=n, max_size=n),
            st.lists(st.floats(0.5, 20), min_size=n, max_size=n),
            st.lists(st.floats(0, 0.05), min_size=n, max_size=n),
            st.lists(st.floats(0, 0.5 / n), min_size=n, max_size=n),
        )
    )
)
def test_type_two_is_at_least_type_one_and_that_at_least_one(
    table: tuple[list[list[float]], list[float], list[float], list[float]],
) -> None:
    inputs, per, income, consumption = table
    one, two = jobs.type_one(inputs, per), jobs.type_two(inputs, per, income, consumption)
    assert np.all(one >= 1 - 1e-9)
    assert np.all(two >= one - 1e-9)


@given(st.floats(0, 1e4), SHARES, SHARES, st.floats(1, 4), SHARES)
def test_net_jobs_are_never_more_than_gross_times_the_multiplier(
    direct: float, deadweight: float, displacement: float, multiplier: float, leakage: float
) -> None:
    net = float(jobs.net_jobs(direct, deadweight, displacement, multiplier, leakage))
    assert 0 <= net <= direct * multiplier * (1 + 1e-12)


@given(SHARES, SHARES, SHARES)
def test_displacement_is_a_share_and_falls_with_hires_from_unemployment(
    unemployed: float, refilled: float, competitors: float
) -> None:
    found = float(jobs.displacement_of(unemployed, refilled, competitors))
    assert -1e-12 <= found <= 1 + 1e-12
    assert float(jobs.displacement_of(1, refilled, competitors)) <= found + 1e-12


@given(st.floats(0.01, 0.99), st.integers(0, 60), st.integers(1, 50))
def test_all_posts_are_never_filled_sooner_than_one(chance: float, months: int, posts: int) -> None:
    one, everyone = (
        float(hiring.chance_filled(chance, months)),
        float(hiring.chance_all_filled(chance, months, posts)),
    )
    assert 0 <= everyone <= one + 1e-12 <= 1 + 1e-9
    assert everyone <= float(hiring.chance_all_filled(chance, months + 1, posts)) + 1e-12


@given(st.lists(st.sampled_from([True, False, None]), max_size=6))
def test_conditions_are_three_valued(conditions: list[bool | None]) -> None:
    found = subsidy.all_of(conditions)
    assert (found is False) == (False in conditions)
    assert (found is True) == all(met is True for met in conditions)


@given(st.floats(0, 1e3), POSITIVE, SHARES, SHARES)
def test_an_exemption_is_never_more_than_the_tax_withheld(
    workers: float, pay: float, rate: float, withheld: float
) -> None:
    assert float(subsidy.share_of_pay(workers, pay, rate, withheld)) <= workers * pay * withheld * (1 + 1e-12)
