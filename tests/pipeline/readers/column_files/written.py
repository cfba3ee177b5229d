"""Files in columns in the layouts of published data sets, with texts of our own.

Every file says what must be read from it: the words of each sentence joined by spaces, and the
names in it, in the order in which they begin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Names = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ColumnFile:
    """A file and what it says.

    Attributes:
        kind: of layout.
        name: of the file.
        sentences: words and names.
        note: what the line for a person has to say; ``None`` if there must be no line.
    """

    kind: str
    name: str
    content: str
    sentences: Sequence[tuple[str, Names]]
    note: str | None = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"


NORA = ("Nora Lindt works in Bremen .", [("Nora Lindt", "PER"), ("Bremen", "LOC")])
MUSEUM = ("The Harbour Museum of Bremen opens today .", [("Harbour Museum of Bremen", "ORG")])
NESTED = (MUSEUM[0], [*MUSEUM[1], ("Bremen", "LOC")])
SHORT = ("Ben sings .", [("Ben", "PER")])

_WORDS = [sentence[0].split() for sentence in (NORA, MUSEUM, SHORT)]


def _split(*sentences: str) -> list[list[str]]:
    return [sentence.split() for sentence in sentences]


_IOB2 = _split("B-PER I-PER O O B-LOC O", "O B-ORG I-ORG I-ORG I-ORG O O O", "B-PER O O")
_IOB1 = _split("I-PER I-PER O O I-LOC O", "O I-ORG I-ORG I-ORG I-ORG O O O", "I-PER O O")
_IOBES = _split("B-PER E-PER O O S-LOC O", "O B-ORG I-ORG I-ORG E-ORG O O O", "S-PER O O")
_INNER = _split("O O O O O O", "O O O O B-LOC O O O", "O O O")
_POS = _split("NNP NNP VBZ IN NNP .", "DT NNP NNP IN NNP VBZ NN .", "NNP VBZ .")
_CHUNKS = _split("B-NP I-NP B-VP B-PP B-NP O", "B-NP I-NP I-NP B-PP B-NP B-VP B-NP O",
                 "B-NP B-VP O")
_ALL = [NORA, MUSEUM, SHORT]


def _changed(tags: Sequence[Sequence[str]], **changes: str) -> list[list[str]]:
    return [[tag.translate(str.maketrans(changes)) for tag in sentence] for sentence in tags]


def _mapped(change: object, columns: Sequence[Sequence[str]]) -> list[list[str]]:
    return [[change(cell) for cell in sentence] for sentence in columns]  # type: ignore[operator]


def _suffixed(separator: str) -> list[list[str]]:
    return _mapped(lambda tag: tag if tag == "O" else f"{tag[2:]}{separator}{tag[0]}", _IOB2)


def _numbers(first: int) -> list[list[str]]:
    return [[str(n) for n in range(first, first + len(own))] for own in _WORDS]


def _constant(value: str) -> list[list[str]]:
    return [[value] * len(own) for own in _WORDS]


def _file(*columns: Sequence[Sequence[str]], by: str = "\t", above: Sequence[str] = (),
          end: str = "\n", empty: str = "") -> str:
    """Write columns: lines above each sentence, cells, and an empty line."""
    written = []
    for number, rows in enumerate(zip(*columns, strict=True)):
        written += [above[number]] if above else []
        written += [by.join(cells) for cells in zip(*rows, strict=True)]
        written.append(empty)
    return end.join(written) + end


def _labels_alone(rename: dict[str, str]) -> list[list[str]]:
    return _mapped(lambda tag: "O" if tag == "O" else rename[tag[2:]], _IOB2)


FINE = {"PER": "person-artist", "LOC": "location-city", "ORG": "organization-other"}
_FINE = [(text, [(name, FINE[label]) for name, label in names]) for text, names in _ALL]
_LOWER = [(text, [(name, label.lower()) for name, label in names]) for text, names in _ALL]
_ENTITY = [(text, [(name, "ENTITY") for name, _ in names]) for text, names in _ALL]
_URLS = ["#\thttp://example.org/a [2020-01-01]", "#\thttp://example.org/b [2020-01-02]",
         "#\tn-tv.de vom 26.02.2005 [2005-02-26]"]
_LEMMAS = _mapped(str.lower, _WORDS)

FILES: Sequence[ColumnFile] = [
    # Words first, tags last: CoNLL-2002, CoNLL-2003, MasakhaNER, W-NUT and the like.
    ColumnFile("plain", "masakhaner.txt", _file(_WORDS, _IOB2, by=" "), _ALL,
               "word, tag (IOB2: LOC, ORG, PER)"),
    ColumnFile("plain", "emerging.conll", _file(_WORDS, _IOB2), _ALL, None),
    ColumnFile("plain", "wnut17train.iob", _file(_WORDS, _IOB2, end="\r\n"), _ALL, None),
    ColumnFile("plain", "esp.train", _file(_WORDS, _IOB2, by=" "), _ALL, "word, tag (IOB2"),
    ColumnFile("plain", "btc.bio", _file(_WORDS, _IOB2, empty=" \t "), _ALL, None),
    ColumnFile("plain", "spaces.data", _file(_WORDS, _IOB2, by="    "), _ALL, "word, tag (IOB2"),
    ColumnFile("plain", "wikigold.conll.txt", "-DOCSTART- O\n\n" + _file(_WORDS, _IOB1, by=" "),
               _ALL, "word, tag (IOB1"),
    ColumnFile("three columns", "ned.testa", _file(_WORDS, _POS, _IOB2, by=" "), _ALL,
               "word, part of speech, tag"),
    ColumnFile("four columns", "eng.testa",
               "-DOCSTART- -X- -X- O\n\n" + _file(_WORDS, _POS, _CHUNKS, _IOB1, by=" "), _ALL,
               "word, part of speech, chunk, tag (IOB1"),
    ColumnFile("four columns", "conllpp_train.txt",
               "-DOCSTART- -X- O O\n\n" + _file(_WORDS, _POS, _CHUNKS, _IOB2, by=" "), _ALL,
               "word, part of speech, chunk, tag (IOB2"),
    ColumnFile("four columns", "filled.txt", _file(_WORDS, _constant("-X-"), _constant("_"), _IOB2),
               _ALL, "word, (2 not read), tag"),
    ColumnFile("four columns", "all_o.txt", _file(_WORDS, _POS, _constant("O"), _IOB2, by=" "),
               _ALL, "word, part of speech, (not read), tag"),
    ColumnFile("five columns", "deu.train",
               "-DOCSTART- -DOCSTART- -X- -X- O\n\n"
               + _file(_WORDS, _LEMMAS, _POS, _CHUNKS, _IOB1, by=" "), _ALL,
               "word, (not read), part of speech, chunk, tag"),
    ColumnFile("chunks", "chunking_train.txt", _file(_WORDS[2:], _POS[2:], _CHUNKS[2:], by=" "),
               [("Ben sings .", [("Ben", "NP"), ("sings", "VP")])], "part of speech, tag (IOB2"),
    # Numbered words.
    ColumnFile("index first", "neuronlp.txt",
               _file(_numbers(1), _WORDS, _POS, _CHUNKS, _IOB1, by=" "), _ALL,
               "number, word, part of speech, chunk, tag"),
    ColumnFile("index first", "zero_based.conll", _file(_numbers(0), _WORDS, _IOB2), _ALL,
               "number, word, tag"),
    ColumnFile("index first", "spaced.tsv", _file(_numbers(1), _WORDS, _IOB2, by=" "), _ALL,
               "number, word, tag"),
    ColumnFile("index first", "token_ids.conll", _file(
        _mapped("t-{}".format, _numbers(1)), _WORDS, _IOB2), _ALL, "number, word, tag"),
    ColumnFile("index first", "docstart.conll", "1 -DOCSTART- -X- O\n\n" + _file(
        _numbers(1), _WORDS, _POS, _IOB2, by=" "), _ALL, "number, word, part of speech, tag"),
    ColumnFile("index first", "en_ewt-ud-test.iob2", _file(
        _numbers(1), _WORDS, _IOB2, _constant("-"),
        [["nina" if tag != "O" else "-" for tag in own] for own in _IOB2],
        above=[f"# sent_id = a-{n}\n# text = {' '.join(own)}" for n, own in enumerate(_WORDS)]),
        _ALL, "number, word, tag, (2 not read)"),
    # Two levels of names.
    ColumnFile("two levels", "NER-de-train.tsv", _file(
        _numbers(1), _WORDS, _IOB2, _INNER, above=_URLS), [NORA, NESTED, SHORT],
        "number, word, tag, inner tag (IOB2"),
    ColumnFile("two levels", "nested.txt", _file(_WORDS, _IOB2, _INNER), [NORA, NESTED, SHORT],
               "word, tag, inner tag"),
    ColumnFile("two levels", "inner_first.conll", _file(_WORDS, _INNER, _IOB2),
               [NORA, NESTED, SHORT], "word, inner tag, tag"),
    ColumnFile("two levels", "none_within.tsv", _file(
        _numbers(1), _WORDS, _IOB2, _constant("O"), above=_URLS), _ALL,
        "number, word, tag, inner tag"),
    # Comments.
    ColumnFile("comments", "multiconer.conll", _file(
        _WORDS, _constant("_"), _constant("_"), _IOB2, by=" ",
        above=[f"# id 27d4a9f0-{n}\tdomain=en" for n in range(3)]), _ALL, None),
    ColumnFile("comments", "bc5cdr.txt", _file(
        _WORDS, _IOB2, above=["# title", "# abstract", "# abstract"]), _ALL, "word, tag"),
    ColumnFile("comments", "Genia4ERtask.iob2", "###MEDLINE:95369245\n\n" + _file(_WORDS, _IOB2),
               _ALL, None),
    ColumnFile("comments", "hash.txt", "# a comment\n#\tO\n1\tB-SONG\n\n"
               "#\tB-SONG\ntwo\tI-SONG\nx\tO\n",
               [("#1", [("1", "SONG")]), ("# two x", [("# two", "SONG")])], "word, tag"),
    # Tags written in other ways.
    ColumnFile("IO", "supervised_train.txt", _file(_WORDS, _labels_alone(FINE)), _FINE,
               "word, tag (IO: location-city, organization-other, person-artist)"),
    ColumnFile("IO", "io_spaces.conll", _file(_WORDS, _labels_alone(FINE), by=" "), _FINE,
               "word, tag (IO"),
    ColumnFile("IO", "io_pos.txt", _file(_WORDS, _POS, _labels_alone(FINE), by=" "), _FINE,
               "word, part of speech, tag (IO"),
    ColumnFile("IO", "sentiment.tsv", "food\tT-POS\nwas\tO\ngood\tO\n,\tO\nstaff\tT-NEG\nrude\tO\n",
               [("food was good , staff rude", [("food", "T-POS"), ("staff", "T-NEG")])], "IO"),
    ColumnFile("suffix", "suffix.txt", _file(_WORDS, _suffixed("-"), by=" "), _ALL,
               "IOB2 written as PER-B"),
    ColumnFile("suffix", "suffix_underscore", _file(_WORDS, _suffixed("_")), _ALL,
               "IOB2 written as PER_B"),
    ColumnFile("suffix", "suffix.conll", _file(_numbers(1), _WORDS, _suffixed("-")), _ALL,
               "number, word, tag"),
    ColumnFile("underscore", "under.txt", _file(_WORDS, _changed(_IOB2, **{"-": "_"}), by=" "),
               _ALL, "written as B_PER"),
    ColumnFile("underscore", "under.ner", _file(_WORDS, _changed(_IOBES, **{"-": "_"})), _ALL,
               "IOBES written as B_PER"),
    ColumnFile("underscore", "colon.conll", _file(_WORDS, _changed(_IOB2, **{"-": ":"})), _ALL,
               "written as B:PER"),
    ColumnFile("lower case", "lower.txt", _file(_WORDS, _mapped(str.lower, _IOB2), by=" "), _LOWER,
               "written as b-per"),
    ColumnFile("lower case", "lower.conll", _file(_WORDS, _mapped(str.lower, _IOBES)), _LOWER,
               "IOBES written as b-per"),
    ColumnFile("lower case", "lower_o.tsv", _file(_WORDS, _mapped(
        lambda tag: "O" if tag == "O" else tag.lower(), _IOB2)), _LOWER, "written as b-per"),
    ColumnFile("ends", "bioes.txt", _file(_WORDS, _IOBES, by=" "), _ALL, "IOBES"),
    ColumnFile("ends", "bilou.conll", _file(_WORDS, [[
        {"E-": "L-", "S-": "U-"}.get(tag[:2], tag[:2]) + tag[2:] for tag in own]
        for own in _IOBES]), _ALL, None),
    ColumnFile("ends", "bmewo.txt", _file(_WORDS, [[
        {"I-": "M-", "S-": "W-"}.get(tag[:2], tag[:2]) + tag[2:] for tag in own] for own in _IOBES],
        by=" "), _ALL, "BMEWO"),
    ColumnFile("ends", "bmes.char.conll", _file(_WORDS, [[
        tag.replace("I-", "M-") for tag in own] for own in _IOBES], by=" "), _ALL, None),
    ColumnFile("bare", "ncbi_train.tsv", _file(_WORDS, _mapped(lambda tag: tag[0], _IOB2)), _ENTITY,
               "IOB2 written as B, whose spans are labelled ENTITY"),
    ColumnFile("bare", "bc2gm.txt", _file(_WORDS, _mapped(lambda tag: tag[0], _IOB2), by=" "),
               _ENTITY, "ENTITY"),
    ColumnFile("bare", "devel.conll", _file(_WORDS, _mapped(lambda tag: tag[0], _IOBES)), _ENTITY,
               "IOBES written as B"),
    ColumnFile("other outside", "dash.conll", _file(_WORDS, _mapped(
        lambda tag: "_" if tag == "O" else tag, _IOB2)), _ALL, "with _ for O"),
    # Tags before words.
    ColumnFile("tag first", "engtrain.bio", _file(_IOB2, _WORDS), _ALL, "tag, word (IOB2"),
    ColumnFile("tag first", "restauranttrain.bio.txt", _file(_IOB2, _WORDS), _ALL, "tag, word"),
    ColumnFile("tag first", "tag_first", _file(_IOB2, _WORDS, by=" "), _ALL, "tag, word"),
    ColumnFile("tag first", "anntoconll.txt", _file(
        _IOB2, _numbers(40), _numbers(47), _WORDS), _ALL, "tag, number, number, word"),
    # The language before each word.
    ColumnFile("prefix", "wikiann-de.bio", _file(_mapped("de:{}".format, _WORDS), _IOB2), _ALL,
               "'de:' is taken off the words"),
    ColumnFile("prefix", "train", _file(_mapped("zh-min-nan:{}".format, _WORDS), _IOB2), _ALL,
               "'zh-min-nan:' is taken off"),
    ColumnFile("prefix", "dev.txt", _file(_mapped("simple:{}".format, _WORDS), _IOB2, by=" "), _ALL,
               "'simple:' is taken off"),
    # Tables with a word per row.
    ColumnFile("table", "ner_dataset.csv", "Sentence #,Word,POS,Tag\n" + "".join(
        f"{f'Sentence: {n}' if k == 0 else ''},{word},X,{tag}\n"
        for n, (words, tags) in enumerate(zip(_WORDS, _IOB2, strict=True), 1)
        for k, (word, tag) in enumerate(zip(words, tags, strict=True))), _ALL,
        "sentence, word, (not read), tag"),
    ColumnFile("table", "every_row.tsv", "sentence_id\ttoken\tner_tag\n" + "".join(
        f"{n}\t{word}\t{tag}\n" for n, (words, tags) in enumerate(
            zip(_WORDS, _IOB2, strict=True)) for word, tag in zip(words, tags, strict=True)),
        _ALL, "sentence, word, tag"),
    ColumnFile("table", "header.tsv", "Token\tNE\n" + _file(_WORDS, _IOB2), _ALL, "word, tag"),
    ColumnFile("table", "semicolons.csv", "Sentence #;Word;Tag\n" + "".join(
        f"{n};{word};{tag}\n" for n, (words, tags) in enumerate(
            zip(_WORDS, _IOB2, strict=True)) for word, tag in zip(words, tags, strict=True)),
        _ALL, "sentence, word, tag"),
    ColumnFile("table", "runs.txt", "".join(
        f"s{n} {word} {tag}\n" for n, (words, tags) in enumerate(
            zip(_WORDS, _IOB2, strict=True)) for word, tag in zip(words, tags, strict=True)),
        _ALL, "sentence, word, tag"),
    ColumnFile("table", "two_columns.csv", _file(_WORDS, _IOB2, by=","), _ALL, "word, tag"),
]
