"""CoNLL-U: forms found in the text, parts of speech, tokens of several words, bad lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers import read
from crosslabel.pipeline.readers.ids import hashed
from crosslabel.projection.errors import InputError
from tests.unmarked import is_unmarked

AM = """# newdoc id = n1
# sent_id = s-1
# text = Am Montag ging's.
1-2\tAm\t_\t_\t_\t_\t_\t_\t_\t_
1\tan\tan\tADP\t_\t_\t_\t_\t_\t_
2\tdem\tder\tDET\t_\t_\t_\t_\t_\t_
3\tMontag\tMontag\tNOUN\t_\t_\t_\t_\t_\t_
4-5\tging's\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No
4\tging\tgehen\tVERB\t_\t_\t_\t_\t_\t_
5\ts\tes\tVERB\t_\t_\t_\t_\t_\t_
5.1\telided\t_\tNOUN\t_\t_\t_\t_\t_\t_
6\t.\t.\t_\t_\t_\t_\t_\t_\t_
"""


def rows(folder: Path, content: str | bytes, **options: object) -> list[Example | Reject]:
    file = folder / "de.test.conllu"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read(file, lang="de", **options))  # type: ignore[arg-type]


def line(id: object, form: str = "w", upos: str = "X", misc: str = "_") -> str:
    return "\t".join([str(id), form, "_", upos, *["_"] * 5, misc]) + "\n"


def labelled(row: Example | Reject) -> list[tuple[str, str | None]]:
    assert isinstance(row, Example), row
    [words] = row.words
    texts = (row.fields["text"][start:end] for start, end in words.ranges)
    return list(zip(texts, words.labels, strict=True))


def test_words_of_the_text_have_their_part_of_speech(tmp_path: Path) -> None:
    [row] = rows(tmp_path, AM)
    assert isinstance(row, Example)
    assert (row.id, row.task, row.spans) == ("s-1", "words", ())
    assert row.fields == {"text": "Am Montag ging's."}
    assert labelled(row) == [("Am", None), ("Montag", "NOUN"), ("ging's", "VERB"), (".", None)]
    assert row.meta == {"comments": ["newdoc id = n1"]}


def test_without_text_and_id_both_are_made(tmp_path: Path) -> None:
    content = line(1, "So", misc="Gloss=so|SpaceAfter=No") + line(2, ",") + line(3, "20 000")
    first, second = rows(tmp_path, f"{content}\n\n# text = w\n{line(1)}")
    assert isinstance(first, Example) and isinstance(second, Example)
    assert (first.id, first.fields["text"]) == (hashed(first.fields), "So, 20 000")
    assert [word for word, _ in labelled(first)] == ["So", ",", "20 000"]
    assert second.id == hashed(second.fields)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("2 word _ X", "wrong-columns: line 4 has 1 columns"),
        (line(3), "wrong-id: line 4 has word number 3, expected 2"),
        (line("zwei"), "wrong-id: line 4 begins with 'zwei'"),
        (line("2-2"), "wrong-id: line 4 begins with '2-2'"),
        (line("3-4"), "wrong-id: line 4 has word number 3, expected 2"),
        (line("2-3") + line(2), "wrong-id: a token goes to word 3, the sentence that begins on "
                                "line 3 has 2"),
        (line("2-3") + line(2) + line("3-4") + line(3), "wrong-id: line 6 has word number 3"),
        (line(2, " "), "empty-token: line 4 has no word"),
        (b"2\t\xff\t_\tX\t_\t_\t_\t_\t_\t_", "invalid-utf8: byte 2"),
        ("# text = something else\n" + line(2), "tokens-differ: "),
    ],
)
def test_bad_line_rejects_its_sentence_only(tmp_path: Path, bad: str | bytes, reason: str) -> None:
    raw = bad.encode() if isinstance(bad, str) else bad
    good = line(1).encode()
    found = rows(tmp_path, good + b"\n" + good + raw + b"\n\n" + good)
    assert [isinstance(row, Example) for row in found] == [True, False, True]
    reject = found[1]
    assert isinstance(reject, Reject)
    assert (reject.row, reject.id) == (3, None)
    assert reject.reasons[0].startswith(reason)


def test_labels_that_are_not_allowed_and_repeated_ids_are_rejected(tmp_path: Path) -> None:
    content = "# sent_id = s\n" + line(1, upos="NOUN")
    found = rows(tmp_path, f"{content}\n{content}\n{line(1, upos='VERB')}", labels=["NOUN"])
    assert [row.reasons[0].partition(":")[0] for row in found if isinstance(row, Reject)] == [
        "duplicate-id", "unknown-label"
    ]


def test_language_must_be_given(tmp_path: Path) -> None:
    (tmp_path / "a.conllu").write_text(line(1))
    with pytest.raises(InputError, match="give it"):
        read(tmp_path / "a.conllu")


FORM = st.text(st.characters(codec="utf-8", exclude_categories=["Z", "C"]), min_size=1, max_size=6)
UPOS = st.sampled_from(["NOUN", "VERB", "_"])


@st.composite
def sentences(draw: st.DrawFn) -> tuple[str, str, list[tuple[str, str | None]]]:
    """A sentence as CoNLL-U, its text, and its surface words with their labels."""
    text, content, surface, number = "", "", [], 0
    for form in draw(st.lists(FORM, min_size=1, max_size=6)):
        labels = draw(st.lists(UPOS, min_size=1, max_size=3))
        spaced = draw(st.booleans())
        misc = "_" if spaced else "SpaceAfter=No"
        first, last = number + 1, number + len(labels)
        if len(labels) > 1:
            content += line(f"{first}-{last}", form, "_", misc)
        for upos in labels:
            number += 1
            content += line(number, form if len(labels) == 1 else draw(FORM), upos, misc)
        content += line(f"{number}.1", "gone") if draw(st.booleans()) else ""
        known = labels[0] if len(set(labels)) == 1 and labels[0] != "_" else None
        surface.append((form, known))
        text += form + " " * spaced
    return content, text.rstrip(" "), surface


@given(st.lists(st.tuples(sentences(), st.booleans()), min_size=1, max_size=3))
def test_every_word_stands_at_its_offsets(
    made: Sequence[tuple[tuple[str, str, list[tuple[str, str | None]]], bool]]
) -> None:
    blocks = [
        (f"# text = {text}\n" if named else "") + content for (content, text, _), named in made
    ]
    with TemporaryDirectory() as folder:
        found = rows(Path(folder), "\n".join(blocks))
    assert len(found) == len(made)
    for row, ((_, text, surface), _) in zip(found, made, strict=True):
        assert isinstance(row, Example), row
        assert row.fields["text"] == text
        assert labelled(row) == surface


@given(st.lists(st.binary(max_size=30)))
def test_whatever_the_bytes_every_sentence_is_accounted_for(lines: list[bytes]) -> None:
    content = b"\n".join(lines)
    assume(is_unmarked(content))
    with TemporaryDirectory() as folder:
        found = rows(Path(folder), content)
    blocks = [block for block in _blocks(content) if any(b[:1] != b"#" for b in block)]
    assert len(found) == len(blocks)


def _blocks(content: bytes) -> list[list[bytes]]:
    blocks: list[list[bytes]] = [[]]
    for one in content.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        if one.strip():
            blocks[-1].append(one)
        else:
            blocks.append([])
    return [block for block in blocks if block]


@pytest.mark.data
@pytest.mark.parametrize("lang", ["de", "en", "es", "fr", "zh"])
def test_real_treebanks_are_read_whole(crosslabel_data: Path, lang: str) -> None:
    file = crosslabel_data / "pos" / "conllu" / f"{lang}_pud.conllu.gz"
    found = list(read(file, lang=lang))
    assert len(found) == 1000
    for row in found:
        assert isinstance(row, Example), row
        [words] = row.words
        covered = {at for start, end in words.ranges for at in range(start, end)}
        text = row.fields["text"]
        assert not "".join(c for at, c in enumerate(text) if at not in covered).strip()
