"""A generated plan in the dossier: comments stay, the file as it was is kept, and it can be edited."""

from __future__ import annotations

from pathlib import Path

import pytest
from alternative_cases import EXAMPLES, FEW, ROOT, SETTINGS

from thuishaven import cost
from thuishaven.alternatives import generate, with_plan, write_plan
from thuishaven.dossier import DossierError, Plan, load
from thuishaven.dossier.load import save, to_tree
from thuishaven.dossier.merge import alike, normal
from thuishaven.facts import bundled

ENDS = (".yaml", ".json", ".xlsx")


def copy(folder: Path, name: str, suffix: str = ".yaml") -> Path:
    file = folder / f"{name}{suffix}"
    source = ROOT / "examples" / f"{name}.yaml"
    if suffix == ".yaml":
        file.write_bytes(source.read_bytes())
    else:
        save(load(source), file)
    return file


def plans(path: Path) -> dict[str, Plan]:
    return {plan.id: plan for plan in generate(load(path), bundled(), FEW)}


@pytest.mark.parametrize("name", EXAMPLES)
def test_comments_order_and_quotes_stay(name: str, tmp_path: Path) -> None:
    file = copy(tmp_path, name)
    before = file.read_text(encoding="utf-8")
    kept = write_plan(file, plans(file)["own_VNM"])
    after = file.read_text(encoding="utf-8")
    assert before == kept.read_text(encoding="utf-8")
    missing = [line for line in before.splitlines() if line.strip() and line not in after.splitlines()]
    assert missing == []
    assert after.startswith(before.rstrip("\n")[:2000])


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ENDS)
def test_what_was_written_is_what_was_generated_whatever_the_file(suffix: str, tmp_path: Path) -> None:
    file = copy(tmp_path, "plantenpot", suffix)
    before, generated = load(file), plans(file)
    for name in ("circular_input", "second_own_DEU", "staged_own_NLD", "bigger_stock_60", "improve_abroad"):
        plan = generated[name].model_copy(update={"id": f"new_{name}"})
        write_plan(file, plan)
        assert alike(normal(to_tree(plan), Plan), normal(to_tree(load(file).plans[-1]), Plan))
    assert before.plans == load(file).plans[: len(before.plans)]


def test_figures_are_the_same_before_and_after_saving(tmp_path: Path) -> None:
    file = copy(tmp_path, "plantenpot")
    plan = plans(file)["second_own_DEU"]
    memory = cost.assess(with_plan(load(file), plan), bundled(), SETTINGS)
    write_plan(file, plan)
    disk = cost.assess(load(file), bundled(), SETTINGS)
    assert memory.draws(plan.id, "cost").tolist() == disk.draws(plan.id, "cost").tolist()


def test_a_saved_plan_can_be_edited(tmp_path: Path) -> None:
    file = copy(tmp_path, "plantenpot")
    write_plan(file, plans(file)["bigger_stock_60"])
    text = file.read_text(encoding="utf-8")
    assert text.count("buffer_weeks: 8.57") == 1
    file.write_text(text.replace("buffer_weeks: 8.57", "buffer_weeks: 3"), encoding="utf-8")
    buffer = load(file).plans[-1].stock.buffer_weeks
    assert buffer is not None
    assert buffer.mean == 3


def test_a_name_that_is_taken_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    file = copy(tmp_path, "plantenpot")
    before = file.read_bytes()
    plan = plans(file)["stay"].model_copy(update={"id": "bigger_stock"})
    with pytest.raises(DossierError) as found:
        write_plan(file, plan)
    assert "duplicate" == found.value.problems[0].code
    assert str(file) == found.value.path
    assert before == file.read_bytes()
    assert [file] == list(tmp_path.iterdir())
    with pytest.raises(DossierError):
        with_plan(load(file), plan)
