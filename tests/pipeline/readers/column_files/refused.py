"""Files in columns that cannot be read by themselves, and what has to be said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

POS_SENTENCES = (
    "Dogs NOUN|bark VERB|. PUNCT", "The DET|old ADJ|cat NOUN|sleeps VERB|. PUNCT",
    "It PRON|rains VERB|in ADP|May PROPN|. PUNCT",
)
_PENN = ("Dogs NNS|bark VBP|. .", "The DT|old JJ|cat NN|sleeps VBZ|. .", "It PRP|rains VBZ|. .")
_STTS = ("Hunde NN|bellen VVFIN|. $.", "Die ART|Katze NN|schläft VVFIN|. $.")


@dataclass(frozen=True)
class RefusedFile:
    """A file, and texts that the message has to contain.

    Attributes:
        way_out: settings with which it is read.
    """

    kind: str
    name: str
    content: str
    said: Sequence[str] = field(default=())
    way_out: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"


def _lines(sentences: Sequence[str], by: str = " ") -> str:
    return "\n\n".join(own.replace(" ", by).replace("|", "\n") for own in sentences) + "\n"


_GOLD = """Nora B-PER B-PER
Lindt I-PER I-PER
works O O
in O O
Bremen B-LOC B-ORG

Ben B-PER O
sings O O
"""
_WITH_POS = "".join(f"{line.replace(' ', ' X ', 1)}\n" if line else "\n"
                    for line in _GOLD.splitlines())
_FIRST_TAGS = {"columns": {"tokens": 1, "tags": 2}}

REFUSED: Sequence[RefusedFile] = [
    RefusedFile("predictions", "test.txt", _GOLD,
                ["columns 2 and 3 both hold tags", "prediction", "{tokens: 1, tags: 2}"],
                _FIRST_TAGS),
    RefusedFile("predictions", "output.conll", _WITH_POS,
                ["columns 3 and 4 both", "{tokens: 1, tags: 3}"],
                {"columns": {"tokens": 1, "tags": 3}}),
    RefusedFile("predictions", "pred.tsv", _GOLD.replace(" ", "\t").replace("B-", "").replace(
        "I-", ""), ["columns 2 and 3"], _FIRST_TAGS),
    RefusedFile("predictions", "conlleval", _GOLD.replace("B-PER O", "O B-PER"),
                ["columns 2 and 3"], _FIRST_TAGS),
    RefusedFile("two layers", "layers.conll",
                "Nora B-PER O\nran O B-EVENT\nhome B-LOC O\n\nBen B-PER O\nran O B-EVENT\n",
                ["do not fit together", "{tokens: 1, tags: '2,3'}"],
                {"columns": {"tokens": 1, "tags": "2,3"}}),
    RefusedFile("parts of speech", "train.txt", _lines(POS_SENTENCES),
                ["part of speech", "task: words", "format: text"],
                {"task": "words", "columns": {"tokens": 1, "tags": 2}}),
    RefusedFile("parts of speech", "penn", _lines(_PENN, "\t"), ["part of speech"],
                {"task": "words"}),
    RefusedFile("parts of speech", "stts.tsv", _lines(_STTS, "\t"), ["part of speech"],
                {"task": "words"}),
    RefusedFile("unknown labels", "senses.txt", "\n".join(
        f"{n}w\t{'abc'[n % 3]}1" + "\n" * (n % 5 == 0) for n in range(30)),
        ["in none of them tags that are known", "format: text"],
        {"format": "text"}),
    RefusedFile("mixed tags", "mixed.conll", "a O\nb PER+1\n\nc O\nd PER+2\n\ne O\nf LOC+\n",
                ["holds O and PER+1, PER+2, LOC+", "task: words"], {"task": "words"}),
    RefusedFile("several tags", "several.txt", "Bank\tB-ORG|B-LOC\nof\tI-ORG|I-LOC\nx\tO\n",
                ["holds O and B-ORG|B-LOC"]),
    RefusedFile("dependencies", "conll09.txt", "\n".join(
        ["1\tDogs\tdog\tNNS\t2\tSBJ", "2\tbark\tbark\tVBP\t0\tROOT", ""] * 2), ["task: words"]),
    RefusedFile("numbered", "lemmas.txt", "1\tDogs\tdog\n2\tbark\tbark\n\n1\tIt\tit\n2\tis\tbe\n",
                ["in none of them tags that are known"]),
    RefusedFile("skeleton", "cctv.v4_gold_skel",
                "#begin document (bc/cctv/00/cctv_0000); part 000\n"
                "bc/cctv/00/cctv_0000 0 0 [WORD] NNP (TOP(NP*) - - - - (PERSON) -\n\n"
                "#end document\n", ["without words"]),
    RefusedFile("inline", "inline.txt", "Nora/B-PER Lindt/I-PER works/O\nBen/B-PER sings/O\n",
                ["a tag behind each word", "format: conll", "format: text"], {"format": "text"}),
    RefusedFile("inline", "pipes", "I|O like|O London|B-GPE\n", ["a tag behind each word"],
                {"format": "text"}),
    RefusedFile("no ends", "words.csv", "word,tag\n" + "Nora,B-PER\nworks,O\n" * 600,
                ["where its sentences end", "id: 1"]),
    RefusedFile("HIPE", "hipe-sample.tsv",
                "TOKEN\tNE-COARSE-LIT\tNE-FINE-LIT\tMISC\n# date = 1790-03-03\n"
                "Nora\tB-pers\tB-pers.ind\t_\nleft\tO\tO\t_\nBremen\tB-loc\tB-loc.adm.town\t_\n",
                ["its columns are TOKEN, NE-COARSE-LIT, NE-FINE-LIT, MISC"],
                {"columns": {"tokens": "TOKEN", "tags": "NE-COARSE-LIT"}}),
]
