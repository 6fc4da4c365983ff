"""The advice on a dossier: what it says, what it rests on, and what another weight, price or answer does."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from advice_cases import QUICK, small, with_copy

from thuishaven import cost
from thuishaven.advice import Advice, assess, compare, criteria
from thuishaven.advice.following import ids
from thuishaven.dossier import DossierError, Flow, Settings, load
from thuishaven.report.advice_words import TOLD, pages
from thuishaven.report.advice_words import change as change_words
from thuishaven.report.subject import subject

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"


@cache
def example(name: str) -> Advice:
    return assess(load(EXAMPLES / f"{name}.yaml"))


@cache
def plain_small() -> Advice:
    return assess(small(), settings=QUICK)


# ---- the examples get the advice that their figures support


def test_where_staying_abroad_wins_on_cost_the_advice_says_so() -> None:
    found = example("machined-part")
    assert found.recommended == "improve_abroad"
    told = pages(found.to_dict(), subject(found.dossier))
    assert "maker" in told[0][0]
    staying = sum(found.share(plan) for plan in ("today", "improve_abroad"))
    assert staying > 0.95


def test_the_bicycle_comes_home_and_not_for_every_role() -> None:
    found = example("bicycle").to_dict()
    assert found["recommended"] == "optimise_home"
    assert found["first_rank_share"] > 0.5
    assert found["roles_differ"]


def test_the_plant_pot_stays_and_improves() -> None:
    found = example("plantenpot").to_dict()
    assert found["recommended"] == "improve_abroad"
    assert found["runner_up"]["family"] == "supplier_home"
    assert len(found["find_out_first"]) == 3
    assert all(row["evppi"]["value"] > 0 for row in found["find_out_first"])
    assert all(row["turning"] is not None for row in found["find_out_first"])


# ---- what goes in, goes in once


@pytest.mark.parametrize("name", ["machined-part", "bicycle", "plantenpot"])
def test_every_cost_line_counts_under_one_criterion(name: str) -> None:
    found = example(name)
    rows = {row["id"]: row["unit_tco"]["mean"] for row in found.cost.to_dict()["plans"]}
    today = found.baseline
    for plan in rows:
        parts = {c: found.table.row(plan, c).values.mean() for c in ("cost", "quality", "risk")}
        before = {c: found.table.row(today, c).values.mean() for c in ("quality", "risk")}
        gap = parts["cost"] + parts["quality"] - before["quality"] + parts["risk"] - before["risk"]
        assert gap == pytest.approx(rows[plan] / rows[today] - 1, abs=1e-9)


def test_a_plan_that_changes_nothing_is_neither_better_nor_worse() -> None:
    found = assess(with_copy(), settings=QUICK).to_dict()
    copy = next(plan for plan in found["plans"] if plan["id"] == "copy")
    assert copy["against_today"] == {"wins": 0.5, "necessarily": "equal"}
    today = next(plan for plan in found["plans"] if plan["id"] == "today")
    assert copy["first_rank_share"] == today["first_rank_share"]
    assert copy["value"] == today["value"]


def test_only_plans_that_are_equal_have_no_clear_winner() -> None:
    twins = with_copy().model_copy(update={"plans": (with_copy().plans[0], with_copy().plans[-1])})
    found = assess(twins, settings=QUICK).to_dict()
    assert found["recommended"] is None
    assert found["no_clear_winner"] == ["all_equal"]
    assert [row["code"] for row in found["sentences"]] == ["all_equal"]


def test_only_today_is_nothing_to_compare() -> None:
    alone = small().model_copy(update={"plans": small().plans[:1]})
    found = assess(alone, settings=QUICK, plans="own").to_dict()
    assert found["recommended"] is None
    assert found["no_clear_winner"] == ["only_today"]


def test_support_is_a_switch_beside_the_advice() -> None:
    grant = Flow("home", "T01", 2027, -40_000_000.0)
    helped = assess(small(), settings=QUICK, inputs=[grant])
    plain = plain_small()
    assert plain.to_dict()["with_support"] is None
    assert helped.to_dict()["without_support"] == plain.to_dict()["without_support"]
    assert helped.to_dict()["with_support"]["plan"] == "home"


def test_the_least_mean_regret_is_the_value_of_perfect_information() -> None:
    found = plain_small()
    worth = np.stack([found.cost.draws(plan.id, "npv") for plan in found.plans], axis=1)
    evpi = worth.max(axis=1).mean() - worth.mean(axis=0).max()
    assert found.to_dict()["regret"]["evpi"] == pytest.approx(evpi)


def test_what_the_dossier_tells_replaces_what_is_not_known() -> None:
    before = plain_small().table.row("home", "feasibility")
    told = {"home": {"feasibility": {"low": 3, "high": 4, "source": "permit of May"}}}
    after = assess(small(preferences={"measures": told}), settings=QUICK).table.row("home", "feasibility")
    assert (before.how, after.how) == ("missing", "told")
    assert before.low <= after.low <= after.high <= before.high
    assert (before.evidence, after.evidence) == (0, 1)


def test_the_scan_says_how_ready_a_plan_is() -> None:
    answers = {"P1": 4, "Q2": 2, "L1": 2}
    told = assess(small(scan={"answers": answers}), settings=QUICK).table.row("home", "feasibility")
    # The least of people and space (3 of 4), skills elsewhere (3 of 4) and limits (3 of 4).
    assert told.values.tolist() == [3.0]
    part = assess(small(scan={"answers": {"P1": 2}}), settings=QUICK).table.row("home", "feasibility")
    assert (part.low, part.high) == (0.0, criteria()["feasibility"].worth(1.0))


def test_without_volume_it_says_that_too_little_is_known() -> None:
    found = assess(small(demand={"units_per_year": 0}), settings=QUICK)
    told = pages(found.to_dict(), subject(found.dossier))
    assert found.recommended is None
    assert found.sentences[0].code == "too_little_known"
    assert len(told) > 3


def test_another_word_for_the_plans_is_refused() -> None:
    with pytest.raises(ValueError, match="plans='some'"):
        assess(small(), settings=QUICK, plans="some")


# ---- what changes it


def test_one_weight_shows_what_changed_and_why() -> None:
    before = plain_small()
    after = assess(small(preferences={"weights": {"jobs": 0.9}}), settings=QUICK)
    found = compare(before, after)
    assert found.turned
    assert found.after == "home"
    assert [row[0] for row in found.inputs] == ["preferences.weights.jobs"]
    assert found.because[0][0] in {"jobs", "cost"}
    assert all(abs(by_measure) < 1e-12 for _, by_measure, _ in found.because)


def test_one_price_shows_what_changed_and_why() -> None:
    before = plain_small()
    dearer = small(
        plans=[
            {
                "id": "today",
                "sources": [
                    {
                        "id": "maker",
                        "maker": "supplier",
                        "country": "CHN",
                        "share": 1,
                        "incoterm": "FOB",
                        "unit_price": {"value": 40, "unit": "USD", "source": "quote of November"},
                        "lead_days": {"low": 60, "mode": 75, "high": 110},
                    }
                ],
            },
            {"id": "cheaper", "family": "improve_abroad"},
            {
                "id": "home",
                "family": "own_home",
                "sources": [{"id": "tilburg", "maker": "own", "country": "NLD", "share": 1}],
                "one_off": {"machines": 900000, "moulds": {"low": 90000, "mode": 120000, "high": 200000}},
            },
        ]
    )
    found = compare(before, assess(dearer, settings=QUICK))
    assert found.after == "home"
    assert found.because[0][0] == "cost"
    assert all(abs(by_weight) < 1e-12 for _, _, by_weight in found.because)
    assert {row[0] for row in found.costs} >= {"today", "cheaper"}


def test_the_reasons_add_up_to_the_change_of_the_lead() -> None:
    before = plain_small()
    after = assess(small(preferences={"weights": {"jobs": 0.6}}, scan={"answers": {"P1": 1}}), settings=QUICK)
    found = compare(before, after)
    places = [plan.id for plan in after.plans]

    def lead(advice: Advice) -> float:
        worth = advice.comparison.worth[:, 1]
        return float(worth[places.index(found.after)] - worth[places.index(found.against)])

    whole = sum(by_measure + by_weight for _, by_measure, by_weight in found.because)
    assert whole == pytest.approx(lead(after) - lead(before), abs=1e-12)


def test_one_answer_shows_what_changed() -> None:
    found = compare(plain_small(), assess(small(scan={"answers": {"P1": 1}}), settings=QUICK))
    assert [row[0] for row in found.inputs] == ["scan.answers.P1"]
    assert {row[0] for row in found.because} <= {"feasibility"}


def test_nothing_changed_is_nothing() -> None:
    found = compare(plain_small(), assess(small(), settings=QUICK))
    assert (found.inputs, found.weights, found.shares, found.because) == ((), (), (), ())
    assert not found.turned


def test_advices_with_other_draws_are_not_compared() -> None:
    other = assess(small(), settings=Settings(draws=256, sensitivity=False))
    with pytest.raises(ValueError, match="chance would play a part"):
        compare(plain_small(), other)


# ---- frozen, followable, replayable


def test_the_same_question_gives_the_same_bytes() -> None:
    one, two = (json.dumps(assess(small(), settings=QUICK).to_dict()) for _ in range(2))
    assert one == two


def test_the_plain_form_holds_what_was_promised() -> None:
    found = plain_small().to_dict()
    wanted = {
        "recommended",
        "first_rank_share",
        "runner_up",
        "find_out_first",
        "methods_disagree",
        "coverage",
    }
    assert wanted <= set(found)
    assert found["schema"] == "thuishaven.advice/1"
    assert {"settings", "facts_used", "not_counted", "warnings", "cost", "sentences"} <= set(found)
    assert found["settings"]["seed"] == 1
    assert found["cost"]["schema"] == "thuishaven.cost/1"


def test_it_can_be_replayed_from_itself() -> None:
    found = plain_small().to_dict()["settings"]
    settings = Settings(seed=found["seed"], draws=found["draws"], sensitivity=False)
    again = assess(small(), settings=settings, plans=found["plans"], role=found["role"])
    assert again.to_dict() == plain_small().to_dict()


@pytest.mark.parametrize("name", ["machined-part", "bicycle", "plantenpot"])
def test_every_figure_of_every_sentence_can_be_followed(name: str) -> None:
    found = example(name)
    seen = set()
    rows = list(ids(found))
    while rows:
        identity = rows.pop()
        if identity in seen:
            continue
        seen.add(identity)
        told = found.explain(identity).to_dict()
        assert told["formula"]
        if not re.match(r".*\.[A-Z]\d\d$", identity):
            rows += [row["id"] for row in told["inputs"] if str(row.get("id", "")).startswith(KINDS)]
    assert len(seen) > 20


KINDS = ("worth.", "measure.", "weight.", "share.")


def test_a_worth_is_the_sum_of_what_it_was_made_of() -> None:
    told = plain_small().explain("worth.home").to_dict()
    assert sum(row["adds"] for row in told["inputs"]) == pytest.approx(told["value"]["mean"])


def test_a_measure_under_cost_names_its_lines() -> None:
    told = plain_small().explain("measure.home.cost").to_dict()
    lines = [row for row in told["inputs"] if "per_unit" in row]
    today = cost.assess(small(), settings=QUICK).to_dict()["plans"][0]["unit_tco"]["mean"]
    gap = sum(row["per_unit"] - row["today"] for row in lines)
    assert gap / today == pytest.approx(told["value"]["mean"], rel=1e-9)


@pytest.mark.parametrize("identity", ["", "share.nothing", "worth", "measure.home", "gap.nowhere", "x.y.z"])
def test_a_figure_that_is_not_there_is_said(identity: str) -> None:
    with pytest.raises(LookupError, match="expected a figure of the advice"):
        plain_small().explain(identity)


def test_preferences_that_cannot_be_read_stop_the_advice() -> None:
    with pytest.raises(DossierError):
        assess(small(preferences={"weights": {"cost": -1}}), settings=QUICK)


# ---- the sentences


def codes_used() -> set[str]:
    """The codes that the room hands out, read from its source."""
    room = Path(assess.__code__.co_filename).parent
    text = "".join((room / name).read_text() for name in ("sentences.py", "finding.py"))
    found = set(re.findall(r'Sentence\(\s*"\w+",\s*"(\w+)"', text))
    found |= {f"remains_{code}" for code in re.findall(r'yield Notice\("(\w+)"', text)}
    found |= {f"step_{code}" for code in re.findall(r'steps\.append\(Notice\("(\w+)"', text)}
    found |= {"step_answer_scan", "step_tell_measure", "roles_differ", "roles_agree", "roles_open"}
    return found | {"cost_alone", "gap", "support_same", "support_turns"}


def test_every_sentence_has_its_words() -> None:
    assert codes_used() == set(TOLD)


@pytest.mark.parametrize("name", ["machined-part", "bicycle", "plantenpot"])
def test_what_a_page_never_says(name: str) -> None:
    """No score with a decimal, no certainty that was not there; a winner never without its condition."""
    found = example(name)
    plain: dict[str, Any] = found.to_dict()
    texts = " ".join(text for title, rest in pages(plain, subject(found.dossier)) for text in (title, *rest))
    assert not re.search(r"\d[.,]\d\s*/\s*10", texts)
    assert not re.search(r"[✓✔★]", texts)
    codes = [row["code"] for row in plain["sentences"]]
    if plain["recommended"] is not None:
        assert {"runner_up"} <= set(codes)
        assert {"weight_turn", "no_weight_turn", "price_turn"} & set(codes)
    assert {"weights", "sourced", "roles_differ"} <= set(codes)


def test_a_change_is_told_in_sentences() -> None:
    after = assess(small(preferences={"weights": {"jobs": 0.9}}), settings=QUICK)
    said = change_words(compare(plain_small(), after).to_dict(), subject(after.dossier))
    assert len(said) >= 3
    assert said[0].startswith("preferences.weights.jobs")
