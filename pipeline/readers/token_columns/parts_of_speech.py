"""Tag sets of parts of speech and of chunks, which must not be taken for names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

_UNIVERSAL = """ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X CONJ
    PRT . _"""
_PENN = """CC CD DT EX FW IN JJ JJR JJS LS MD NN NNS NNP NNPS NP NPS PDT POS PP PP$ PRP PRP$ RB RBR
    RBS RP SYM TO UH VB VBD VBG VBN VBP VBZ VH VV WDT WP WP$ WRB ADD AFX HYPH NFP GW XX USR HT URL
    RT # $ '' ( ) , . : `` " -LRB- -RRB- -LSB- -RSB- -NONE- SENT"""
_STUTTGART = """ADJA ADJD ADV APPR APPRART APPO APZR ART CARD FM ITJ KOUI KOUS KON KOKOM NN NE PDS
    PDAT PIS PIAT PIDAT PPER PPOSS PPOSAT PRELS PRELAT PRF PWS PWAT PWAV PAV PROAV PTKZU PTKNEG
    PTKVZ PTKANT PTKA TRUNC VVFIN VVIMP VVINF VVIZU VVPP VAFIN VAIMP VAINF VAPP VMFIN VMINF VMPP XY
    $, $. $("""
_PHRASES = "NP VP PP ADJP ADVP SBAR PRT CONJP INTJ LST UCP NC VC PC AC NX VX PX QP"

_SETS = tuple(frozenset(names.split()) for names in (_UNIVERSAL, _PENN, _STUTTGART))
_CHUNKS = frozenset(_PHRASES.split())
_COVERED, _KINDS = 0.9, 3


def are_parts_of_speech(values: Sequence[str]) -> bool:
    """Return whether a column holds parts of speech of a well-known tag set."""
    counts = Counter(values)
    for known in _SETS:
        found = {value: count for value, count in counts.items() if value in known}
        if len(found) >= _KINDS and sum(found.values()) >= _COVERED * len(values):
            return True
    return False


def are_chunks(labels: Collection[str]) -> bool:
    """Return whether the labels of a column are those of phrases."""
    return bool(labels) and sum(label in _CHUNKS for label in labels) >= _COVERED * len(labels)
