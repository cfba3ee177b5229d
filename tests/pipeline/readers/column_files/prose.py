"""Texts that look a little like columns and are none."""

from __future__ import annotations

from collections.abc import Mapping

PROSE: Mapping[str, str] = {
    "poem": "Soft rain\nfalls down\n\nOld trees\nbend low\n\nNo one\ngoes home\n" * 5,
    "verse with O": "O rose\nO star\nO night\n\nO come\nO stay\nO light\n" * 4,
    "calls": "Captain O\nsailor O\nmaster B\n",
    "vitamins": "Vitamin B-12\nVitamin B-6\nBlood O\nVitamin E-4\n",
    "flights": "Flight B-52\nBlock O\nGate E-12\n" * 4,
    "blood groups": "Anna O\nBen B\nCarl O\nDora B\n\nEve O\nFred B\n",
    "grades": "Anna A\nBen B\nCarl C\nDora B\nEve E\n",
    "word list": "apple\npear\nplum\n\ncherry\nquince\n",
    "frequencies": "the 22038615\nbe 12545825\nand 10741073\n",
    "numbered": "1 apple\n2 pear\n3 plum\n\n1 fork\n2 knife\n",
    "chess": "1 e4 e5\n2 Nf3 Nc6\n3 Bb5 a6\n",
    "comments": "# a heading\n\nSome text.\n# another\n",
    "sentences": "Nora works in Bremen.\n\nThe museum opens today.\nIt is old.\n",
    "one word": "O\n", "one tag": "B-PER\n", "empty": "", "blank": "\n\n \n",
    "dialogue": "A: Hello\nB: O no\nA: Why\n",
    "all O": "time O\nday O\nyear O\n",
    "commas": "left, right\nup, down\nin, O\n",
    "names of languages": "de: Hund\nde: Katze\nde: Maus\n",
}
