"""Names in CoNLL-U: in MISC under any key, in columns of CoNLL-U Plus, and in brackets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers import read
from crosslabel.pipeline.readers.notes import Notes
from crosslabel.projection.errors import InputError

NORA = [("Nora Lindt", "PER"), ("Bremen", "LOC")]
WORDS = [("Nora", "PROPN"), ("Lindt", "PROPN"), ("lives", "VERB"), ("in", "ADP"),
         ("Bremen", "PROPN"), (".", "PUNCT")]
IOB2 = ("B-PER", "I-PER", "O", "O", "B-LOC", "O")


def sentence(misc: Sequence[str], extra: Sequence[Sequence[str]] = ((),) * 6) -> str:
    return "".join(
        "\t".join([str(n), form, "_", upos, *"_____", own, *more]) + "\n"
        for n, ((form, upos), own, more) in enumerate(zip(WORDS, misc, extra, strict=True), 1))


def tagged(key: str, tags: Sequence[str] = IOB2, rest: str = "") -> list[str]:
    return [f"{key}={tag}{rest}" for tag in tags]


def rows(folder: Path, content: str, name: str = "in.conllu", **options: Any) -> list[Any]:
    (folder / name).write_text(content, encoding="utf-8")
    return list(read(folder / name, lang="en", **options))


def names(row: Example | Reject) -> list[tuple[str, str]]:
    assert isinstance(row, Example), row
    return [(row.fields["text"][slice(*span.fragments[0])], span.label) for span in row.spans]


@pytest.mark.parametrize(
    "content",
    [
        sentence(tagged("NER")),
        sentence(tagged("name", rest="|SpaceAfter=Yes")),
        sentence(tagged("ner", ["B-PER", "E-PER", "O", "O", "S-LOC", "O"])),
        sentence(["Gloss=No|NER=B-PER", "NER=I-PER", "_", "_", "Gloss=x|NER=B-LOC", "_"]),
        sentence(["PER-B", "PER-I", "_", "_", "LOC-B", "_"]),
        sentence(["Translit=x|NE=PER", "NE=PER", "NE=O", "NE=O", "NE=LOC", "NE=O"]),
        "# global.columns = ID FORM LEMMA UPOS XPOS FEATS HEAD DEPREL DEPS MISC RELATE:NE\n"
        + sentence(["_"] * 6, [["B-PER"], ["I-PER"], ["_"], ["_"], ["B-LOC"], ["_"]]),
        "# global.columns = FORM UPOS NER\n" + "".join(
            f"{form}\t{upos}\t{tag}\n" for (form, upos), tag in zip(WORDS, IOB2, strict=True)),
        sentence(["Entity=(PER", "Entity=PER)", "_", "_", "Entity=(LOC)", "_"]),
        "# global.Entity = GRP-etype-infstat-minspan-link\n"
        + sentence(["Entity=(1-PER-new-1,2-Nora", "Entity=1)", "_", "_", "Entity=(2-LOC-new-1", "_"]
                   ).replace("(2-LOC-new-1", "(2-LOC-new-1)"),
        "# global.Entity = entity-GRP\n"
        + sentence(["Entity=(PER-1", "Entity=PER-1)", "_", "_", "Entity=(LOC-2)", "_"]),
    ],
)
def test_names_are_read_wherever_they_stand(tmp_path: Path, content: str) -> None:
    notes = Notes()
    [row] = rows(tmp_path, content, notes=notes)
    assert (names(row), row.task) == (NORA, "spans")
    [line] = notes.lines
    assert line.startswith("in.conllu: read as CoNLL-U: names of ") and "task: words" in line
    [words] = rows(tmp_path, content, task="words")
    assert list(words.words[0].labels) == [upos for _, upos in WORDS]


def test_nested_names_in_brackets(tmp_path: Path) -> None:
    content = sentence(["Entity=(GROUP(PER", "Entity=PER)", "_", "_", "Entity=(LOC)GROUP)", "_"])
    [row] = rows(tmp_path, content)
    assert names(row) == [("Nora Lindt lives in Bremen", "GROUP"), *NORA]


AM = """# text = Am Rhein im Mai
1-2\tAm\t_\t_\t_\t_\t_\t_\t_\t{0}
1\tan\t_\tADP\t_\t_\t_\t_\t_\t{1}
2\tdem\t_\tDET\t_\t_\t_\t_\t_\t{2}
3\tRhein\t_\tPROPN\t_\t_\t_\t_\t_\tNER=I-LOC
4-5\tim\t_\t_\t_\t_\t_\t_\t_\t_
4\tin\t_\tADP\t_\t_\t_\t_\t_\tNER=O
5\tdem\t_\tDET\t_\t_\t_\t_\t_\tNER=B-TIME
6\tMai\t_\tNOUN\t_\t_\t_\t_\t_\tNER=I-TIME
"""


@pytest.mark.parametrize("place", [("NER=B-LOC", "_", "_"), ("_", "NER=B-LOC", "NER=I-LOC"),
                                   ("_", "NER=O", "NER=B-LOC")])
def test_a_name_covers_the_whole_token_of_its_words(
    tmp_path: Path, place: Sequence[str]
) -> None:
    [row] = rows(tmp_path, AM.format(*place))
    assert names(row) == [("Am Rhein", "LOC"), ("im Mai", "TIME")]


@pytest.mark.parametrize(
    ("misc", "reason"),
    [
        (["Entity=(PER", "_", "_", "_", "Entity=(LOC)", "_"], "open-brackets: the name 'PER'"),
        (["Entity=(PER)", "Entity=ORG)", "_", "_", "_", "_"], "open-brackets: the name 'ORG' ends"),
        (["Entity=(PER", "Entity=PER)", "Entity=x", "_", "_", "_"], "unknown-tag: 'x'"),
    ],
)
def test_brackets_that_do_not_match_reject_their_sentence(
    tmp_path: Path, misc: Sequence[str], reason: str
) -> None:
    good = sentence(["Entity=(PER", "Entity=PER)", *"____"])
    *read_, bad = rows(tmp_path, "\n".join([good] * 4 + [sentence(misc)]))
    assert [names(row) for row in read_] == [NORA[:1]] * 4
    assert isinstance(bad, Reject) and bad.reasons[0].startswith(reason)


def test_several_kinds_of_names_are_asked_about(tmp_path: Path) -> None:
    content = sentence([f"NER={one}|Event={two}" for one, two in zip(
        IOB2, ("O", "O", "B-LIFE", "O", "O", "O"), strict=True)])
    with pytest.raises(InputError, match=r"names in MISC:NER and in MISC:Event; choose with"):
        rows(tmp_path, content)
    [row] = rows(tmp_path, content, columns={"tokens": "FORM", "tags": "MISC:Event"})
    assert names(row) == [("lives", "LIFE")]


def test_brackets_whose_label_is_not_told_are_refused(tmp_path: Path) -> None:
    for key in ("(1-person-new", "(1"):
        content = sentence([f"Entity={key}", f"Entity={key[1]})", *"____"])
        with pytest.raises(InputError, match=r"in\.conllu: says Entity=\(1.*global\.Entity"):
            rows(tmp_path, content)


def test_parts_of_speech_are_read_if_there_are_no_names(tmp_path: Path) -> None:
    content = sentence(["SpaceAfter=No|Translit=O", *"_____"])
    notes = Notes()
    [row] = rows(tmp_path, content, notes=notes)
    assert (row.task, notes.lines) == ("words", [])
    with pytest.raises(InputError, match=r"has no names, .* set task: words"):
        rows(tmp_path, content, task="spans")


def test_names_that_are_written_in_an_unknown_way_are_refused(tmp_path: Path) -> None:
    content = sentence(["NE=ps_1", "NE=ps_1", *"____"])
    with pytest.raises(InputError, match=r"in\.conllu: MISC:NE holds no tags .* task: words"):
        rows(tmp_path, content)
    assert rows(tmp_path, content, task="words")[0].task == "words"


def test_a_file_that_names_nothing_at_its_beginning_may_name_something_later(
    tmp_path: Path,
) -> None:
    nothing = sentence(tagged("name", "OOOOOO"))
    *_, last = rows(tmp_path, "\n".join([nothing] * 200 + [sentence(tagged("name"))]))
    assert names(last) == NORA


@pytest.mark.parametrize("name", ["treebank.conll", "treebank.txt", "treebank", "in.tsv"])
def test_conllu_is_known_by_its_contents(tmp_path: Path, name: str) -> None:
    [row] = rows(tmp_path, sentence(tagged("NER")), name)
    assert names(row) == NORA
    notes = Notes()
    [row] = rows(tmp_path, sentence(["_"] * 6), name, notes=notes)
    assert row.task == "words"
    assert notes.lines == [f"{name}: read as CoNLL-U: labels of words from UPOS"]


def test_other_columns_label_words_if_they_are_named(tmp_path: Path) -> None:
    content = sentence(tagged("NER")).replace("\t_\tPROPN", "\tlemma\tPROPN")
    [row] = rows(tmp_path, content, task="words", columns={"tokens": "FORM", "tags": "LEMMA"})
    assert row.words[0].labels == ("lemma", "lemma", None, None, "lemma", None)
