"""What is printed: columns that fit, digits in line, nothing that moves the cursor."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from thuishaven.cli.output import console, rendered, safe
from thuishaven.cli.tables import GAP, Column, aligned, fitting, table, widths
from thuishaven.locale import use

words = st.lists(st.text("abcdefgh", min_size=1, max_size=9), min_size=1, max_size=5).map(" ".join)


@given(
    rows=st.lists(st.tuples(words, words, words, words), min_size=1, max_size=6), width=st.integers(60, 160)
)
def test_a_table_never_passes_the_edge(rows: list[tuple[str, ...]], width: int) -> None:
    columns = [
        Column("first", right=False, least=10),
        Column("second one", weight=3),
        Column("third", weight=1),
        Column("fourth", weight=2, right=False, least=12),
    ]
    screen = console()
    screen.width = width
    lines = rendered([table(columns, rows, width)], screen).splitlines()
    assert max(map(len, lines)) <= width


def test_the_least_important_column_goes_first() -> None:
    columns = [Column("a"), Column("b", weight=2), Column("c", weight=1), Column("d", weight=3)]
    row = ["x" * 10] * 4
    assert [[0, 1, 2, 3], [0, 1, 3], [0, 3], [0], [0]] == [
        fitting(columns, [row], n) for n in (48, 47, 35, 23, 5)
    ]


def test_an_empty_column_is_left_out() -> None:
    columns = [Column("a"), Column("b", weight=9)]
    assert [0] == fitting(columns, [["x", ""], ["y", " "]], 80)


def test_what_is_left_goes_to_the_columns_that_may_be_folded() -> None:
    columns = [Column("a", least=5), Column("b")]
    texts = [["one two three four"], ["12345"]]
    assert [18, 5] == widths(columns, texts, 40)
    assert [11, 5] == widths(columns, texts, 16 + 2 * GAP)


def test_numbers_stand_with_their_decimal_signs_in_line() -> None:
    with use("en"):
        shown = aligned([12.4, 9.87, 7.0, None, -1.0], [1, 2, 0, 0, 1])
    assert ["12.4 ", "9.87", "7   ", "-   ", "-1.0 "] == shown
    with use("nl"):
        assert ["+1,5", "-2,0"] == aligned([1.5, -2.0], [1, 1], sign=True)


def test_a_text_from_a_file_is_made_safe() -> None:
    assert "a [31mb\nc d e" == safe("a\x1b[31mb\nc\x00d\u202ee")
