"""The worked examples of the method, from hours and shifts to subsidies and net jobs."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from thuishaven.region import demand, hiring, jobs, series, shifts, subsidy

HOURS = 1_399.8


def test_hours_and_jobs_where_people_set_the_pace() -> None:
    hours = demand.hours_labour_paced(120_000, 0.25)
    assert 30_000 == hours
    assert 21.43 == round(float(demand.full_time_jobs(hours, HOURS)), 2)


@pytest.mark.parametrize(("oee", "machine", "fte"), [(0.60, 2_500.0, 0.893), (0.85, 1_764.7, 0.630)])
def test_hours_and_jobs_where_the_machine_sets_the_pace(oee: float, machine: float, fte: float) -> None:
    hours = demand.machine_hours_of_cycle(120_000, 45, oee)
    crew = demand.hours_machine_paced(hours, 0.5)
    assert (machine, fte) == (
        round(float(hours), 1),
        round(float(demand.full_time_jobs(crew, HOURS)), 3),
    )


def test_a_yield_divides_the_hours_of_people_and_not_those_of_machines() -> None:
    assert demand.hours_labour_paced(100, 1.0, 0.8) == 125
    assert demand.machine_hours_of_cycle(100, 3600, 0.8) == 125


def test_a_belgian_full_time_year() -> None:
    assert HOURS == round(float(demand.full_time_hours(38, 52, 0.7084)), 1)


def test_crews_are_whole_people() -> None:
    assert (15, 2) == (demand.crew_heads(5, 2.3), demand.crew_heads(2, 0.5))


def test_one_post_around_the_clock_takes_five_to_six_people() -> None:
    assert 33.6 == round(shifts.WEEK / 5, 1)
    assert 1_752 == shifts.YEAR / 5
    assert (5.0, 5.56) == (shifts.posts_around_the_clock(), round(shifts.posts_around_the_clock(0.1), 2))
    assert 6.26 == round(float(shifts.people_for_post(8_760, HOURS)), 2)


MACHINE_HOURS = {0.5: (219.00, 120.90, 89.47, 72.32), 2: (276.00, 183.60, 157.87, 146.42)}


@pytest.mark.parametrize(("crew", "expected"), MACHINE_HOURS.items())
def test_a_machine_hour_by_shift_system(crew: float, expected: tuple[float, ...]) -> None:
    systems = ((0.0, 2_000), (0.10, 4_000), (0.20, 6_000), (0.30, 8_400))
    found = tuple(
        round(float(shifts.machine_hour_cost(38, premium, crew, 400_000, hours)), 2)
        for premium, hours in systems
    )
    assert expected == found


@pytest.mark.parametrize("crew", [0.5, 2.0, 12.0])
def test_more_shifts_pay_exactly_when_the_machine_hour_gets_cheaper(crew: float) -> None:
    systems = ((0.0, 2_000), (0.10, 4_000), (0.20, 6_000), (0.30, 8_400))
    for (first, few), (second, many) in itertools.pairwise(systems):
        before = shifts.machine_hour_cost(38, first, crew, 400_000, few)
        after = shifts.machine_hour_cost(38, second, crew, 400_000, many)
        pays = shifts.more_shifts_pay(400_000, (few, many), 38, crew, (first, second))
        assert pays == bool(after < before)


def test_overall_equipment_effectiveness() -> None:
    assert 0.846 == round(shifts.oee_of(0.90, 0.95, 0.99), 3)
    assert 0.3 == shifts.teep(0.6, 4_380)


@pytest.mark.parametrize(
    ("station", "count", "running", "any_time"),
    [(0.98, 10, 0.831, 0.817), (0.99, 10, 0.908, 0.904), (0.999, 20, 0.980, 0.980)],
)
def test_a_line_multiplies_its_stations(station: float, count: int, running: float, any_time: float) -> None:
    line = [station] * count
    found = [round(shifts.line_availability(line, fails_only_running=kind), 3) for kind in (True, False)]
    assert [running, any_time] == found


UNATTENDED = {
    8: (0.135, 0.43, 0.001, 0.13),
    40: (0.670, 0.82, 0.223, 0.52),
    160: (0.905, 0.95, 0.687, 0.83),
    800: (0.980, 0.99, 0.928, 0.96),
}


@pytest.mark.parametrize(("stops", "expected"), UNATTENDED.items())
def test_a_night_and_a_weekend_without_people(stops: int, expected: tuple[float, ...]) -> None:
    found = []
    for hours in (16, 60):
        found += [
            round(float(shifts.chance_of_no_stop(hours, stops)), 3),
            round(float(shifts.share_run(hours, stops)), 2),
        ]
    assert expected == tuple(found)


def test_what_a_run_without_people_asks() -> None:
    needed = [float(shifts.stop_hours_needed(hours, 0.95).round()) for hours in (16, 60)]
    assert [312.0, 1170.0] == needed


def test_waiting_grows_without_bound() -> None:
    loads = (0.8, 0.9, 0.95, 0.98)
    assert [4, 9, 19, 49] == [round(float(shifts.waiting_factor(load))) for load in loads]
    assert np.inf == shifts.waiting_factor(1.0)


def test_a_week_of_120_hours_keeps_48_in_reserve() -> None:
    assert 48 == shifts.slack_hours(120 * 0.6, 0.6)
    assert shifts.slack_hours(168 * 0.7, 0.6) < 0


def test_small_series_pay_by_quick_change_overs() -> None:
    batches = [round(float(series.best_batch(cost, 10_000, 2))) for cost in (400, 40)]
    costs = [round(float(series.cost_at_best_batch(cost, 10_000, 2)), 3) for cost in (400, 40)]
    assert ([2_000, 632], [0.4, 0.126]) == (batches, costs)
    least = [round(float(series.least_batch(10_000, hours, 3_200, 0.25)), 1) for hours in (2, 0.2)]
    assert [28.6, 2.9] == least


def test_six_vacancies_in_a_shortage_occupation() -> None:
    found = [round(float(hiring.chance_all_filled(0.15, months, 6)), 2) for months in (6, 12)]
    assert [0.06, 0.40] == found


def test_learning_costs_hours_of_output() -> None:
    assert 175 == round(float(hiring.learning_loss(6, HOURS, 0.5)))


def test_wage_subsidies() -> None:
    assert 205_200 == round(float(subsidy.share_of_pay(20, 45_000, 0.228)))
    assert [5_999.0, 6_000.0] == [
        float(np.floor(subsidy.per_hour(1, hours, 3.05, 6_000))) for hours in (1_967, 1_968)
    ]
    assert 0.917 == round(float(hiring.supported_wage(1, 0.45, 0.6)), 3)


def test_multipliers_of_a_region_of_two_industries() -> None:
    inputs, jobs_per = [[0.2, 0.3], [0.1, 0.4]], [5, 3]
    assert [1.466667, 2.888889] == jobs.type_one(inputs, jobs_per).round(6).tolist()
    both = jobs.type_two(inputs, jobs_per, [0.30, 0.25], [0.15, 0.25]).round(6).tolist()
    assert [1.852920, 3.799567] == both


def test_net_jobs() -> None:
    assert 78.75 == round(float(jobs.net_jobs(100, 0.30, 0.25, 1.5)), 2)


def test_jobs_are_told_whole_and_in_fives_above_fifty() -> None:
    assert [21, 50, 55, -90] == [demand.rounded_jobs(n) for n in (21.43, 50.4, 53.2, -87.6)]
