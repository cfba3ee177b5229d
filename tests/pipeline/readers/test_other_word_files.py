"""CoNLL-2012, intents in columns, tables of words, and the small files that were reported."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers import guess_format, read
from crosslabel.pipeline.readers.notes import Notes
from crosslabel.projection.errors import InputError

CASES = Path(__file__).parents[2] / "data" / "cases" / "columns"
NORA = ("Nora Lindt works in Bremen.", [("Nora Lindt", "PER"), ("Bremen", "LOC")])
MUSEUM = ("The Harbour Museum of Bremen opens today.", [("Harbour Museum of Bremen", "ORG")])


def said(row: Example | Reject) -> tuple[str, list[tuple[str, str]]]:
    assert isinstance(row, Example), row
    return row.fields["text"], [(row.fields["text"][slice(*span.fragments[0])], span.label)
                                for span in row.spans]


def rows(folder: Path, name: str, content: str, **options: Any) -> list[Any]:
    (folder / name).write_text(content, encoding="utf-8")
    return list(read(folder / name, lang="en", **options))


@pytest.mark.parametrize(
    ("name", "expected", "note"),
    [
        ("index_first.conll", [NORA], "number, word, tag (IOB2: LOC, PER)"),
        ("germeval.tsv", [NORA, (MUSEUM[0], [*MUSEUM[1], ("Bremen", "LOC")])],
         "number, word, tag, inner tag (IOB2: LOC, ORG, PER)"),
        ("train.txt", [NORA, (MUSEUM[0], MUSEUM[1])], "word, tag (IOB2: LOC, ORG, PER)"),
        ("eng.testx", [NORA], "word, (not read), chunk, tag (IOB2: LOC, PER)"),
        ("wikiann", [NORA], "word, tag (IOB2: LOC, PER; 'en:' is taken off the words)"),
        ("io_tags.txt", [("Nora Lindt sings in Bremen.", [
            ("Nora Lindt", "person-artist"), ("Bremen", "location-city")])],
         "word, tag (IO: location-city, person-artist)"),
    ],
)
def test_reported_files_are_read_with_one_line(name: str, expected: Any, note: str) -> None:
    notes = Notes()
    assert [said(row) for row in read(CASES / name, lang="en", notes=notes)] == expected
    assert notes.lines == [f"{name}: read as CoNLL columns: {note}"]


def test_contents_count_whatever_the_ending(tmp_path: Path) -> None:
    for name in ("a.conll", "a.txt", "a.tsv", "a.data", "a"):
        shutil.copy(CASES / "train.txt", tmp_path / name)
        assert [said(row) for row in read(tmp_path / name, lang="en")] == [NORA, MUSEUM]


def test_words_marked_with_another_language_are_named(tmp_path: Path) -> None:
    content = (CASES / "wikiann").read_text(encoding="utf-8").replace("en:", "de:")
    notes = Notes()
    [row] = rows(tmp_path, "dev", content, notes=notes)
    assert said(row) == NORA
    assert notes.lines[1] == ("dev: its words are marked 'de:', but the language of the corpus is "
                              "en; set source.lang if that is wrong")


def test_a_word_without_the_mark_of_the_others_rejects_its_sentence(tmp_path: Path) -> None:
    marked = (CASES / "wikiann").read_text(encoding="utf-8") * 4
    *good, bad = rows(tmp_path, "dev", f"{marked}\nen:Ben\tB-PER\nsings\tO\n")
    assert [said(row) for row in good] == [NORA] * 4
    assert bad.reasons == ("unmarked-word: line 31 has the word 'sings', the others begin with "
                           "'en:'",)


ONTONOTES = """#begin document (bc/cctv/00/cctv_0000); part 000
bc/cctv/00/cctv_0000   0   0   Nora    NNP  (TOP(S(NP*  -  -  -  Speaker#1  (PERSON*  (ARG0*  (12
bc/cctv/00/cctv_0000   0   1   Lindt   NNP  *)          -  -  -  Speaker#1  *)        *)      12)
bc/cctv/00/cctv_0000   0   2   works   VBZ  (VP*        work 01 1 Speaker#1 *         (V*)    -
bc/cctv/00/cctv_0000   0   3   in      IN   (PP*        -  -  -  Speaker#1  *         *       -
bc/cctv/00/cctv_0000   0   4   Bremen  NNP  *))         -  -  -  Speaker#1  (GPE)     *       -
bc/cctv/00/cctv_0000   0   5   .       .    *))         -  -  -  Speaker#1  *         *       -

bc/cctv/00/cctv_0000   0   0   It      PRP  (TOP(NP*))  -  -  -  Speaker#1  *         -

#end document
#begin document (bc/cctv/00/cctv_0001); part 000
bc/cctv/00/cctv_0001   0   0   the     DT   (TOP(NP*    -  -  -  -          (ORG*     -
bc/cctv/00/cctv_0001   0   1   House   NNP  *           -  -  -  -          *         -
bc/cctv/00/cctv_0001   0   2   of      IN   *           -  -  -  -          *         -
bc/cctv/00/cctv_0001   0   3   Nassau  NNP  *))         -  -  -  -          (GPE))    -
#end document
"""


@pytest.mark.parametrize("name", ["cctv_0000.v4_gold_conll", "train.conll", "ontonotes.txt"])
def test_names_in_brackets_of_conll_2012(tmp_path: Path, name: str) -> None:
    notes = Notes()
    found = rows(tmp_path, name, ONTONOTES, notes=notes)
    assert [said(row) for row in found] == [
        ("Nora Lindt works in Bremen.", [("Nora Lindt", "PERSON"), ("Bremen", "GPE")]), ("It", []),
        ("the House of Nassau", [("the House of Nassau", "ORG"), ("Nassau", "GPE")])]
    assert [row.meta["document"] for row in found] == [1, 1, 2]
    [line] = notes.lines
    assert line.endswith("names in brackets (brackets: GPE, ORG, PERSON)")


@pytest.mark.parametrize(
    ("broken", "reason"),
    [("(PERSON*  (ARG0", "open-brackets: a name ends at word 2"),
     ("*)        *)      12)", "open-brackets: the name 'PERSON' does not end"),
     ("(GPE)", "unknown-tag: line 6 has the tag 'GPE'")],
)
def test_broken_brackets_reject_their_sentence_alone(
    tmp_path: Path, broken: str, reason: str
) -> None:
    better = {"(PERSON*  (ARG0": "*  (ARG0", "(GPE)": "GPE"}.get(broken, "* *) 12)")
    bad, *good = rows(tmp_path, "in.conll", ONTONOTES.replace(broken, better, 1))
    assert isinstance(bad, Reject) and bad.reasons[0].startswith(reason)
    assert [isinstance(row, Example) for row in good] == [True, True]


def test_intents_in_columns_are_slots_whatever_the_ending(tmp_path: Path) -> None:
    content = ("# id: 1\n# text: Wake me at 6\n# intent: alarm/set\n1\tWake\talarm/set\tO\n"
               "2\tme\talarm/set\tO\n3\tat\talarm/set\tB-time\n4\t6\talarm/set\tI-time\n")
    for name in ("en.test.conll", "en.txt", "en"):
        [row] = rows(tmp_path, name, content)
        assert (row.id, row.label, *said(row)) == ("1", "alarm/set", "Wake me at 6",
                                                   [("at 6", "time")])


def test_tables_with_a_text_per_row_stay_tables(tmp_path: Path) -> None:
    tables = {"a.tsv": "tokens\ttags\nNora ran .\tB-PER O O\n", "b.csv": "text,label\nNo,O\nB,B-x",
              "c.tsv": "word\tdefinition\nsea\tsalt water\n", "d.csv": "word,label\nsea,wet\n",
              "e.csv": "word,group\nsea,O\nhill,land\nair,O\n"}
    for name, content in tables.items():
        (tmp_path / name).write_text(content)
        assert guess_format(tmp_path / name) == name[2:]


def test_a_latin_1_word_rejects_its_sentence_alone(tmp_path: Path) -> None:
    (tmp_path / "ner_dataset.csv").write_bytes(
        "Sentence #,Word,POS,Tag\nSentence: 1,Nora,NNP,B-per\n,ran,VB,O\n"
        "Sentence: 2,Café,NN,O\n,noir,NN,O\n".encode("latin-1"))
    good, bad = read(tmp_path / "ner_dataset.csv", lang="en")
    assert said(good) == ("Nora ran", [("Nora", "per")])
    assert isinstance(bad, Reject) and bad.reasons[0].startswith("invalid-utf8")


def test_the_text_of_a_comment_is_the_text_if_it_has_the_words(tmp_path: Path) -> None:
    words = "1\tDon\tO\t-\n2\t't\tO\t-\n3\tgo\tO\t-\n4\t,\tO\t-\n5\tNora\tB-PER\t-\n"
    first, second = rows(tmp_path, "in.iob2", f"# text = Don't  go ,Nora\n{words}\n"
                         f"# text = Something else\n{words}")
    assert said(first) == ("Don't  go ,Nora", [("Nora", "PER")])
    assert said(second)[0] == "Don't go, Nora"


def test_a_sentence_that_does_not_fit_the_layout_is_rejected_alone(tmp_path: Path) -> None:
    good = "1\tNora\tB-PER\n2\tran\tO\n\n" * 3
    found = rows(tmp_path, "in.conll", f"{good}x\tBen\tB-PER\n2\tran\tO\n\n1\tBen\n\n"
                 "1\tBen\tX-PER\n\n" + good)
    assert [row.reasons[0] for row in found if isinstance(row, Reject)] == [
        "wrong-number: line 10 has 'x' in the column that numbers the words",
        "wrong-columns: line 13 has 2 columns, expected 3",
        "unknown-tag: line 15 has the tag 'X-PER', expected O or B-, I-, E-, S-, L-, U- with a "
        "label; use the task words if words are labelled without these"]
    assert len(found) == 9


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    import gzip

    content = gzip.compress(b"Nora B-PER\nran O\n\n" * 3)
    (tmp_path / "in.conll.gz").write_bytes(content[:-12])
    with pytest.raises(InputError, match=r"in\.conll\.gz"):
        list(read(tmp_path / "in.conll.gz", lang="en"))
