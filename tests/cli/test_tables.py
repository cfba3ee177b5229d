"""Tables that keep words whole at any width."""

from __future__ import annotations

from io import StringIO

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from crosslabel.cli.tables import OPEN, FittedTable

WORDS = st.text("abcdefghij漢é", min_size=1, max_size=14)
CELLS = st.lists(WORDS, max_size=6).map(" ".join)


def drawn(table: FittedTable, width: int) -> list[str]:
    file = StringIO()
    Console(file=file, width=width).print(table)
    return file.getvalue().splitlines()


def people() -> FittedTable:
    table = FittedTable("name", "age", "the town of birth", numbers=("age",), title="people")
    table.add_row("Anna Keller", 41, "Hamburg on the Elbe, in the north")
    table.add_section()
    table.add_row("Omar", 7, "")
    return table


def test_a_wide_terminal_shows_each_row_in_a_line() -> None:
    assert drawn(people(), 100) == [
        "people",
        "┏━━━━━━━━━━━━━┳━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓",
        "┃ name        ┃ age ┃ the town of birth                 ┃",
        "┡━━━━━━━━━━━━━╇━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┩",
        "│ Anna Keller │  41 │ Hamburg on the Elbe, in the north │",
        "├─────────────┼─────┼───────────────────────────────────┤",
        "│ Omar        │   7 │                                   │",
        "└─────────────┴─────┴───────────────────────────────────┘",
    ]


def test_a_narrower_terminal_breaks_texts_between_words() -> None:
    assert drawn(people(), 41)[4:6] == ["│ Anna Keller │  41 │ Hamburg on the    │",
                                        "│             │     │ Elbe, in the      │"]


def test_a_frame_that_does_not_fit_is_left_out() -> None:
    assert [line.rstrip() for line in drawn(people(), 34)] == [
        "people",
        "",
        "                   the town of",
        " name         age  birth",
        " ────────────────────────────────",
        " Anna Keller   41  Hamburg on the",
        "                   Elbe, in the",
        "                   north",
        "",
        " Omar           7",
        "",
    ]


def test_a_narrow_terminal_shows_a_block_for_each_row() -> None:
    assert [line.rstrip() for line in drawn(people(), 26)] == [
        "people",
        "name: Anna Keller",
        "  age: 41;",
        "  the town of birth:",
        "  Hamburg on the Elbe, in",
        "  the north",
        "name: Omar",
        "  age: 7",
        "",
    ]


@given(st.lists(st.tuples(CELLS, st.integers(0, 10**9), CELLS, CELLS), max_size=5),
       st.integers(32, 140), st.booleans())
def test_no_width_breaks_a_word_or_a_number(
    rows: list[tuple[str, int, str, str]], width: int, is_open: bool
) -> None:
    look = {"look": OPEN} if is_open else {}
    table = FittedTable("language", "count", "second text", "abc", numbers=("count",), **look)
    for row in rows:
        table.add_row(*row)
    lines = drawn(table, width)
    assert all(cell_len(line) <= width for line in lines)
    shown = {word.strip(";:") for line in lines for word in line.split()}
    assert {word for row in rows for cell in row for word in str(cell).split()} <= shown
    assert "…" not in "".join(lines)


def test_a_name_longer_than_a_line_is_neither_cut_nor_broken() -> None:
    name = "/a/" + "b" * 60
    table = FittedTable("path", "rows", "and the place", numbers=("rows",), title=f"{name}: rows")
    table.add_row(name, 5, f"in {name} and there")
    file = StringIO()
    table.show(Console(file=file, width=40))
    assert [line.rstrip() for line in file.getvalue().splitlines()] == [
        f"{name}:", "rows", "path:", name, "  rows: 5;", "  and the place: in", f"  {name}",
        "  and there", ""]
