"""Files that were once read wrongly, as columns or as text, and what has to be said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.pipeline.readers.column_files.refused import RefusedFile

_FIRST: dict[str, object] = {"columns": {"tokens": 1, "tags": 2}}
_WORDS: dict[str, object] = {"task": "words", "columns": {"tokens": 1, "tags": 2}}
_TEXT: dict[str, object] = {"format": "text"}
_OUT = "Nora PER\nLindt PER\nran {0}\nto {0}\nBremen LOC\nand {0}\nsang {0}\nhome {0}\n\n" * 3
_FEATURES = "B-PER\tw[0]=Nora\tw[1]=ran\tpos[0]=NNP\nO\tw[0]=ran\tw[-1]=Nora\tpos[0]=VBD\n\n" * 2
_CHUNKS = "He PRP B-NP B-NP\nsaw VBD B-VP B-NP\nit PRP B-NP I-NP\n. . O O\n\n" * 3
_UNDECIDED = "the O O\nold O O\ncat O O\n\n" * 300
_ROWS = "Nora {0}B-PER\nran {0}O\nhome {0}O\n"
_TREETAGGER = "Nora\tNP\tNora\nlives\tVXX\tlive\nnear\tYYY\tnear\nit\tZZZ\tit\n"

REFUSED: Sequence[RefusedFile] = [
    RefusedFile("prediction beside labels", "pred.txt", "Nora PER B-PER\nran O O\nhome O O\n\n"
                "Ben PER O\nsat O O\n", ["columns 2 and 3 both hold tags"], _FIRST),
    RefusedFile("prediction beside other labels", "pred.txt",
                "Nora person B-PER\nran O O\nhome O O\n\nAnn person B-PER\nsat O O\n",
                ["columns 2 and 3 both hold tags"], _FIRST),
    RefusedFile("predicted chunks", "conlleval.txt", _CHUNKS, ["columns 3 and 4 both hold tags"],
                {"columns": {"tokens": 1, "tags": 3}}),
    RefusedFile("only O at first", "late.txt", _UNDECIDED + "Nora B-PER O\nran O O\n",
                ["columns 2, 3 hold only O at the beginning"], _FIRST),
    RefusedFile("several tags", "nested.csv", "token,tags\nBank,B-ORG B-GPE\nof,I-ORG O\n"
                "Kiel,I-ORG B-GPE\nfell,O O\n", ["several tags in one cell"]),
    RefusedFile("features", "crf.txt", _FEATURES, ["features of each word"], _TEXT),
    RefusedFile("WebAnno", "webanno.tsv", "#FORMAT=WebAnno TSV 3.2\n\n#Text=Nora ran.\n"
                "1-1\t0-4\tNora\tPER[1]\t\n", ["is a WebAnno TSV file"]),
    RefusedFile("brat", "in.ann", "T1\tPER 0 4\tNora\nT2\tLOC 10 16\tBremen\n", ["brat standoff"]),
    RefusedFile("no ends", "long.txt", _ROWS.format("") * 300, ["where its sentences end"], _TEXT),
    RefusedFile("numbers begin again", "ids.conll", "1 Nora B-PER\n2 ran O\n3 home O\n" * 4,
                ["where its sentences end"]),
    RefusedFile("words between", "eos.txt", (_ROWS.format("") + "<EOS> O\n") * 4,
                ["where its sentences end"]),
    *(RefusedFile("lines between", "in.txt", (_ROWS.format("") + f"{mark}\n") * 4,
                  [f"end in lines such as {mark!r}"], _TEXT) for mark in ("EOS", "-----", "</s>")),
    *(RefusedFile("outside", "in.txt", _OUT.format(sign), ["a word and a label per line"], _WORDS)
      for sign in ("OTHER", "0", "X", "-")),
    RefusedFile("outside", "in.txt", "Nora B-PER\nLindt I-PER\nran OUT\nBremen B-LOC\n" * 3,
                ["a word and a label per line"], _TEXT),
    RefusedFile("parts of speech", "bnc.txt", "The AT0\nold AJ0\ncat NN1\nsleeps VVZ\n. PUN\n" * 3,
                ["part of speech"], _WORDS),
    RefusedFile("parts of speech", "eagles.txt", "".join(
        f"{chr(97 + n)}x {('NP00000', 'VMIS3S0', 'Fp')[n % 3]}\n" for n in range(20)),
        ["a word and a label per line"], _WORDS),
    RefusedFile("table", "in.txt", "text\tlabel\nI love it\tpos\nI hate it\tneg\n",
                ["names the columns text, label", "format: tsv"], {"format": "tsv"}),
    RefusedFile("table", "in.txt", "pair_ID\tsentence_A\tscore\n1\ta b\t3\n",
                ["names the columns pair_ID, sentence_A, score"], _TEXT),
    RefusedFile("fastText", "in.txt", "__label__pos I love it\n__label__neg I hate it\n",
                ["as for fastText"], _TEXT),
    RefusedFile("tabs", "in.txt", "Hund\tdog\nKatze\tcat\nPferd\thorse\n",
                ["every line has a tab", "format: tsv"], _TEXT),
    RefusedFile("tabs", "blood.txt", "Nora\tO\nBen\tAB\nAnn\tO\nTim\tO\nSue\tAB\n",
                ["every line has a tab"], _TEXT),
    *(RefusedFile("not JSON", name, "Nora B-PER\nran O\nhome O\n\nBen B-PER\nran O\n",
                  ["in columns, not JSON", "format: conll"], {"format": "conll"})
      for name in ("in.json", "in.jsonl")),
    RefusedFile("CR", "in.txt", "Nora ran.\rBen sat.\rAnn sang.\r", ["end in CR alone"], _TEXT),
    RefusedFile("UTF-16", "in.txt", "".join(f"{own}\0" for own in "Nora ran to Bremen.\n"),
                ["has NUL bytes"]),
]

WORDS_REFUSED: Sequence[RefusedFile] = [
    RefusedFile("base forms", "tt.txt", _TREETAGGER, ["base forms"], _WORDS),
    RefusedFile("predicted parts of speech", "pos.txt",
                "Dogs NOUN NOUN\nbark VERB VERB\n. PUNCT PUNCT\n\nIt PRON PRON\nrains VERB NOUN\n",
                ["columns 2 and 3 mostly hold the same"], _WORDS),
]

TEXTS: Mapping[str, str] = {
    "poem": "O Captain\nMy Captain\n\nOur trip\nis done\n\nO heart\nO heart\n",
    "hymns": "O Come\nO Holy\nO Little\nSilent Night\nAway Manger\n",
    "names": "Shaquille O\nSandra Oh\nKaren O\nRoy O\nJohn Doe\n",
    "elements": "8 O Oxygen\n5 B Boron\n53 I Iodine\n16 S Sulfur\n92 U Uranium\n",
    "visas": "Nora B-1\nBen O\nTim B-2\nAnn O\nSue L-1A\n\nJo O\n",
    "German": "Die S-Bahn\nDie U-Bahn\nEin E-Auto\n\nDas U-Boot\nEine E-Mail\nO nein\n",
    "German first": "S-Bahn train\nU-Bahn metro\nS-Bahn late\n\nU-Boot ship\nE-Auto car\n",
    "labels": "B-PER 1\nI-PER 2\nB-LOC 3\nI-LOC 4\nO 0\n",
    "records": "B-side hit\nA-side flop\nI-beam steel\nO ring\nB-side hit\n",
    "prose": "It was late.\n---\nNora left, and Ben stayed.\n---\nNobody knew.\n",
    "brackets": "[1] Some text\n[PAD]\n{not JSON}\n",
    "indented": "\tOnce there was a cat.\n\tIt slept.\n",
}

TABLES: Mapping[str, str] = {
    "gloss.csv": "train,S-Bahn\nmetro,U-Bahn\ncar,E-Auto\nmail,E-Mail\n",
    "gloss.tsv": "train\tS-Bahn\nmetro\tU-Bahn\ncar\tE-Auto\nship\tU-Boot\n",
    "names.tsv": "first\tlast\nSandra\tOh\nKaren\tO\nRoy\tO\nJohn\tDoe\n",
    "survey.tsv": "Nora\tO\nBen\tGood\nAnn\tO\nTim\tBad\nSue\tO\n",
}
