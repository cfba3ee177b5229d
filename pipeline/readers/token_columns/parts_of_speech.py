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
_TREETAGGER = """CC CD DT EX FW IN JJ JJR JJS LS MD NN NNS NP NPS PDT POS PP PP$ RB RBR RBS RP SENT
    SYM TO UH VB VBD VBG VBN VBP VBZ VH VHD VHG VHN VHP VHZ VV VVD VVG VVN VVP VVZ WDT WP WP$ WRB
    IN/that $ '' ( ) , : # ``"""
_BNC = """AJ0 AJC AJS AT0 AV0 AVP AVQ CJC CJS CJT CRD DPS DT0 DTQ EX0 ITJ NN0 NN1 NN2 NP0 ORD PNI
    PNP PNQ PNX POS PRF PRP PUL PUN PUQ PUR TO0 UNC VBB VBD VBG VBI VBN VBZ VDB VDD VDG VDI VDN VDZ
    VHB VHD VHG VHI VHN VHZ VM0 VVB VVD VVG VVI VVN VVZ XX0 ZZ0"""
_BROWN = """AT AP ABN ABX AP$ BE BED BEDZ BEG BEM BEN BER BEZ CC CD CS DO DOD DOZ DT DTI DTS DTX EX
    FW HV HVD HVG HVN HVZ IN JJ JJR JJS JJT MD NN NN$ NNS NNS$ NP NP$ NPS NR OD PN PP$ PPL PPO PPS
    PPSS QL QLP RB RBR RBT RP TO UH VB VBD VBG VBN VBZ WDT WP$ WPO WPS WQL WRB * , . : ( ) '' ``"""
_CHINESE = """AD AS BA CC CD CS DEC DEG DER DEV DT ETC FW IJ JJ LB LC M MSP NN NR NT OD ON P PN PU
    SB SP VA VC VE VV URL"""
_PHRASES = "NP VP PP ADJP ADVP SBAR PRT CONJP INTJ LST UCP NC VC PC AC NX VX PX QP"

_SETS = tuple(frozenset(names.split()) for names in (
    _UNIVERSAL, _PENN, _STUTTGART, _TREETAGGER, _BNC, _BROWN, _CHINESE))
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
