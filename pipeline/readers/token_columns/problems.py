"""What is said of a file in columns that cannot be read by itself, with the way out."""

from __future__ import annotations

from collections.abc import Sequence

from crosslabel.pipeline.readers.token_columns.head import Head
from crosslabel.pipeline.readers.token_columns.levels import Relation
from crosslabel.pipeline.readers.token_columns.table import Table

_SHOWN_CELLS, _SHOWN_CHARACTERS, _SHOWN_LINE = 12, 20, 60


def two_columns_of_tags(
    table: Table, word: int, rivals: tuple[int, int], related: Relation
) -> str:
    """Return the problem that two columns of tags exclude each other."""
    first, second = (number + 1 for number in rivals)
    guess = ("name the same things, as a prediction does" if related == "same"
             else "do not fit together as outer and inner names")
    return (f"columns {first} and {second} both hold tags and {guess}; {seen(table)}. Say which "
            f"to read with {asked(word, f'{first}')}, or with "
            f"{asked(word, repr(f'{first},{second}'))} if the names of column {second} stand "
            f"within those of column {first}")


def only_outside(table: Table, word: int, columns: Sequence[int]) -> str:
    """Return the problem that several columns hold nothing but ``O`` at the beginning."""
    numbers = ", ".join(str(number + 1) for number in columns)
    return (f"columns {numbers} hold only O at the beginning of the file, so that it is not clear "
            f"which of them has the tags; {seen(table)}. Say which to read with "
            f"{asked(word, str(columns[0] + 1))}")


def no_tags(table: Table, word: int) -> str:
    """Return the problem that no column has tags that are known."""
    if word == table.width - 1:
        return (f"has a word per line, but no column of tags such as B-PER, I-PER and O; "
                f"{seen(table)}. Add one, or set format: text to read it as text")
    return (f"has a word per line in {table.width} columns, but in none of them tags that are "
            f"known, such as B-PER, I-PER and O; {seen(table)}. To label words, set task: words "
            f"with {asked(word, str(table.width))}; names need such tags, and O for other words; "
            "to read it as text, set format: text")


def parts_of_speech(table: Table, word: int, column: int) -> str:
    """Return the problem that a file labels words with parts of speech and has no names."""
    return (f"has a word per line with its part of speech, no names; {seen(table)}. To label "
            f"words, set task: words with {asked(word, str(column + 1))}; to read it as text, set "
            "format: text")


def base_forms(table: Table, word: int) -> str:
    """Return the problem that the last column holds base forms and no other is known."""
    return (f"its last column holds base forms of the words, not labels; {seen(table)}. Say which "
            f"column to read with {asked(word, str(word + 2))}")


def labels_twice(table: Table, word: int, columns: Sequence[int]) -> str:
    """Return the problem that two columns of labels say the same things."""
    first, second = (column + 1 for column in columns)
    return (f"columns {first} and {second} mostly hold the same labels, as a prediction does; "
            f"{seen(table)}. Say which to read with {asked(word, str(first))}")


def mixed_tags(table: Table, column: int, others: Sequence[str]) -> str:
    """Return the problem that a column holds ``O`` and things that are no tags."""
    return (f"column {column + 1} holds O and {_listed(others)}, tags of no known scheme (B-PER, "
            f"PER-B, B_PER, PER, B); {seen(table)}. Write them in one of these, or set task: words "
            "if they label words by themselves")


def several_tags(head: Head) -> str:
    """Return the problem that a cell holds several tags."""
    line = next(line for _, line in head.lines if b"-" in line).decode("utf-8", errors="replace")
    return (f"has several tags in one cell, such as {line.strip()[:_SHOWN_LINE]!r}; write each "
            "level of names in a column of its own (format: conll)")


def no_ends_of_sentences(table: Table) -> str:
    """Return the problem that nothing says where sentences end."""
    return (f"has a word per line, but neither an empty line nor a column says where its sentences "
            f"end; {seen(table)}. Put an empty line after each sentence, or name a column that "
            "differs from sentence to sentence with source.columns: {id: 1, tokens: 2, tags: 3}")


def lacking_words() -> str:
    """Return the problem that the words of CoNLL-2012 files were taken out."""
    return ("is a CoNLL-2012 file without words ([WORD]); make the *_conll file from it with the "
            "words of OntoNotes")


def inline_tags(head: Head) -> str:
    """Return the problem that words and tags stand in one line."""
    line = next(line for _, line in head.lines if line.strip()).decode("utf-8", errors="replace")
    return (f"has sentences with a tag behind each word, such as {line[:_SHOWN_LINE]!r}; write a "
            "word and its tag per line with an empty line after each sentence (format: conll), or "
            "set format: text to read it as text")


def asked(word: int, tags: str) -> str:
    """Return the settings that name columns."""
    return f"source.columns: {{tokens: {word + 1}, tags: {tags}}}"


def seen(table: Table) -> str:
    """Return the first row for a person, and the names of the columns if the file says them."""
    cells = " | ".join(cell[:_SHOWN_CHARACTERS] for cell in table.rows[0][:_SHOWN_CELLS])
    named = f", its columns are {', '.join(table.names[:_SHOWN_CELLS])}" if table.names else ""
    return f"line {table.first} is {cells}{named}"


def _listed(values: Sequence[str]) -> str:
    shown = ", ".join(value[:_SHOWN_CHARACTERS] for value in values[:3])
    return f"{shown} and others" if len(values) > 3 else shown
