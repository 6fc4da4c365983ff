"""Drafts: kept as typed, hashed, undone and done again, never overwritten by an older tab, gone in time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from databases import postgresql_database
from thuishaven.web.store import WORKING, DraftConflict, DraftGone, DraftStore, StoreFull, hash_of, reference


class Clock:
    now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now

    def hours(self, number: float) -> None:
        self.now += number * 3600


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def url(engine: str, tmp_path: Path) -> Iterator[str]:
    """A database without anything, on each engine in turn."""
    if engine == "sqlite":
        yield f"sqlite:///{tmp_path / 'drafts.db'}"
    else:
        with postgresql_database() as found:
            yield found


@pytest.fixture
def store(url: str, clock: Clock) -> Iterator[DraftStore]:
    opened = DraftStore(url, clock=clock)
    yield opened
    opened.close()


def test_what_was_typed_comes_back_to_the_letter(store: DraftStore) -> None:
    text = "thuishaven: 1\r\n# “Plantenpot”, ∆ 3 \x00 \ud800\n  wrong: [yaml"
    token, first = store.create()
    assert ("", {}, 1, 0, 0) == (first.text, first.answers, first.version, first.undoable, first.redoable)
    store.save(token, 1, text, {"answers": {"C1": 4}})
    kept = store.load(token)
    assert (text, {"answers": {"C1": 4}}, 2, 1) == (kept.text, kept.answers, kept.version, kept.undoable)


def rows(store: DraftStore, table: str) -> list[tuple[object, ...]]:
    """All that stands in a table."""
    with store._engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(f"select * from {table}")]


def test_only_a_hash_of_the_token_is_stored(store: DraftStore, tmp_path: Path) -> None:
    token, _ = store.create("x")
    assert 1 == len(rows(store, "drafts")) == len(rows(store, "draft_steps"))
    assert token not in repr([rows(store, "drafts"), rows(store, "draft_steps")])
    store.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert token.encode() not in stored
    assert 192 // 6 == len(token)
    assert store.create()[0] != token


def test_one_part_is_saved_without_touching_the_other(store: DraftStore) -> None:
    token, _ = store.create("a: 1", {"answers": {"C1": 1}})
    store.save(token, 1, text="a: 2")
    assert {"answers": {"C1": 1}} == store.load(token).answers
    store.save(token, 2, answers={})
    assert ("a: 2", {}) == (store.load(token).text, store.load(token).answers)


def test_a_second_tab_does_not_overwrite(store: DraftStore) -> None:
    token, draft = store.create("a: 1")
    store.save(token, draft.version, "a: 2")
    with pytest.raises(DraftConflict) as caught:
        store.save(token, draft.version, "a: 3")
    assert ("a: 2", 2) == (caught.value.draft.text, caught.value.draft.version)
    assert "a: 2" == store.load(token).text


def test_a_save_without_a_difference_is_no_step(store: DraftStore) -> None:
    token, draft = store.create("a: 1")
    same = store.save(token, draft.version, "a: 1", {})
    assert (0, 2) == (same.undoable, same.version)


def test_undo_and_redo_walk_through_the_steps(store: DraftStore) -> None:
    token, _ = store.create("0")
    for number in (1, 2, 3):
        store.save(token, number, str(number))
    back = store.undo(token, 4)
    assert ("2", 2, 1) == (back.text, back.undoable, back.redoable)
    assert "1" == store.undo(token, 5).text
    assert "2" == store.redo(token, 6).text
    branch = store.save(token, 7, "other")
    assert ("other", 3, 0) == (branch.text, branch.undoable, branch.redoable)
    assert "other" == store.redo(token, 8).text
    with pytest.raises(DraftConflict):
        store.undo(token, 8)


def test_undo_stops_at_the_first_step(store: DraftStore) -> None:
    token, _ = store.create("0")
    assert ("0", 2) == (store.undo(token, 1).text, store.load(token).version)


def test_the_history_is_bounded_in_steps_and_bytes(url: str) -> None:
    import random

    store = DraftStore(url, steps=3)
    token, _ = store.create("0")
    for number in range(1, 9):
        store.save(token, number, str(number))
    assert 3 == store.load(token).undoable
    chance = random.Random(1)
    for number in range(9, 15):
        store.save(token, number, chance.randbytes(800_000).hex())
    assert 3 == store.load(token).undoable
    store.save(token, 15, chance.randbytes(2_000_000).hex())
    assert 2 == store.load(token).undoable
    store.close()


def test_a_draft_lives_a_day_after_its_last_change(store: DraftStore, clock: Clock) -> None:
    token, _ = store.create("a: 1")
    clock.hours(23)
    store.save(token, 1, "a: 2")
    clock.hours(23)
    assert "a: 2" == store.load(token).text
    clock.hours(1)
    assert 1 == store.purge()
    for attempt in (store.load, store.delete):
        with pytest.raises(DraftGone):
            attempt(token)
    assert 0 == store.count()


def test_an_expired_draft_cannot_be_saved_before_it_is_purged(store: DraftStore, clock: Clock) -> None:
    token, _ = store.create("a: 1")
    clock.hours(25)
    with pytest.raises(DraftGone):
        store.load(token)
    with pytest.raises(DraftGone):
        store.save(token, 1, "a: 2")
    assert (1, 1, 0) == (store.count(), store.purge(), store.count())


def test_purging_leaves_what_still_lives_and_no_step_behind(store: DraftStore, clock: Clock) -> None:
    store.create("old")
    clock.hours(20)
    young, _ = store.create("young")
    clock.hours(5)
    assert 1 == store.purge()
    assert "young" == store.load(young).text
    store.delete(young)
    store.drop(hash_of(store.create("third")[0]), "unknown")
    assert ([], []) == (rows(store, "drafts"), rows(store, "draft_steps"))


def test_an_unknown_token_opens_nothing(store: DraftStore) -> None:
    token, _ = store.create("a: 1")
    for wrong in ("", token[:-1], token + "A", token.swapcase(), "' or 1=1 --"):
        with pytest.raises(DraftGone):
            store.load(wrong)


def test_there_are_never_more_drafts_than_allowed(url: str) -> None:
    store = DraftStore(url, most=2)
    store.create()
    store.create()
    with pytest.raises(StoreFull):
        store.create()
    assert 2 == store.count()
    store.close()


def test_loading_changes_nothing(store: DraftStore) -> None:
    token, _ = store.create("a: 1")
    before = store.digest()
    store.load(token)
    assert before == store.digest()
    store.save(token, 1, "a: 2")
    assert before != store.digest()


def test_of_saves_at_once_exactly_one_wins_each_version(store: DraftStore) -> None:
    token, _ = store.create("0")
    won: list[int] = []

    def writer(name: int) -> None:
        for _round in range(8):
            try:
                won.append(store.save(token, store.load(token).version, f"{name} {_round}").version)
            except DraftConflict:
                continue

    threads = [threading.Thread(target=writer, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(set(won)) == sorted(won)
    assert store.load(token).version == max(won) == len(won) + 1


def test_a_save_that_meets_a_deletion_is_kept_or_refused_and_never_our_fault(store: DraftStore) -> None:
    failed: list[str] = []

    def writer(token: str) -> None:
        try:
            for version in range(1, 8):
                store.save(token, version, str(version))
                store.undo(token, version + 1)
        except (DraftGone, DraftConflict):
            return
        except Exception as error:
            failed.append(repr(error))

    for _round in range(8):
        token, _ = store.create("0")
        threads = [threading.Thread(target=writer, args=(token,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        store.delete(token)
        for thread in threads:
            thread.join()
    assert [] == failed
    assert ([], []) == (rows(store, "drafts"), rows(store, "draft_steps"))


def test_a_draft_that_moved_is_opened_by_its_new_token_only(store: DraftStore) -> None:
    token, _ = store.create("0")
    store.save(token, 1, "1")
    moved = reference(WORKING)
    store.move(hash_of(token), moved)
    assert ("1", 2, 1) == (store.load(moved).text, store.load(moved).version, store.load(moved).undoable)
    assert "0" == store.undo(moved, 2).text
    for attempt in (
        lambda: store.load(token),
        lambda: store.move(hash_of(token), reference(WORKING)),
        lambda: store.peek("x"),
    ):
        with pytest.raises(DraftGone):
            attempt()
    assert "0" == store.peek(hash_of(moved)).text


def test_what_was_confirmed_is_on_disk(store: DraftStore, engine: str) -> None:
    with store._engine.connect() as connection:
        if engine == "sqlite":
            names = ("pragma journal_mode", "pragma synchronous", "pragma foreign_keys")
            expected = ["wal", 2, 1]
        else:
            names = ("show synchronous_commit", "show search_path")
            expected = ["on", "thuishaven_drafts"]
        assert expected == [connection.exec_driver_sql(name).scalar_one() for name in names]


class Walk(RuleBasedStateMachine):
    """Any walk of saves, undos and redos gives what a plain list of texts gives."""

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.store = DraftStore(f"sqlite:///{self.folder.name}/drafts.db", steps=4)
        self.token, draft = self.store.create("")
        self.version, self.texts, self.at = draft.version, [""], 0

    @rule(text=st.sampled_from(["a", "b", "c"]))
    def save(self, text: str) -> None:
        self.version = self.store.save(self.token, self.version, text).version
        if text != self.texts[self.at]:
            self.texts = [*self.texts[: self.at + 1], text][-5:]
            self.at = len(self.texts) - 1

    @precondition(lambda self: self.at > 0)
    @rule()
    def undo(self) -> None:
        self.version = self.store.undo(self.token, self.version).version
        self.at -= 1

    @rule()
    def redo(self) -> None:
        self.version = self.store.redo(self.token, self.version).version
        self.at = min(self.at + 1, len(self.texts) - 1)

    @invariant()
    def same(self) -> None:
        draft = self.store.load(self.token)
        expected = (self.texts[self.at], self.at, len(self.texts) - 1 - self.at)
        assert expected == (draft.text, draft.undoable, draft.redoable)

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=12, stateful_step_count=12, deadline=None)
