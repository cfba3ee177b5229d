"""Set the thresholds of the check for ruins: `python -m training.ruined.thresholds`.

Each is the value that a small share of translations by people goes beyond, and no less than a
floor, so that one odd character does not ruin a sentence. No ruined translation is looked at. Run
it after `python -m training.ruined.piece_pairs`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from crosslabel.pipeline.models.convert import translation_model
from crosslabel.pipeline.quality.ruined.halves import length
from crosslabel.pipeline.quality.ruined.judged import Judged
from crosslabel.pipeline.quality.ruined.signals import knowledge_of, signals
from crosslabel.pipeline.storage.shipped import RUINED, TRANSLATION_MODEL
from training.ruined.fitting_texts import all_languages, own_languages

SHARES = {"broken": 0.0005, "repeats": 0.0005, "foreign": 0.0005, "short": 0.008,
          "short_and_lost": 0.25, "unseen": 0.004, "unseen_and_unreadable": 0.12,
          "long_and_unreadable": 0.03}
"""Shares of translations by people beyond each threshold, where it applies at all."""
FLOORS = {"broken": 0.01, "repeats": 3.0, "foreign": 0.03}


def main() -> None:
    """Set the thresholds and write their file."""
    usual = {lang: round(float(np.median([length(*pair, {lang: 0.0}, ("en", lang))
                                          for pair in pairs])), 3)
             for lang, pairs in all_languages().items()}
    values = {
        "made_by": "python -m training.ruined.thresholds",
        "texts": "Tatoeba dev 1-500 and PUD (de, es); Tatoeba train 1-2,000 (fr, it, ru, tr); PUD "
                 "(fr, zh): translations by people from English",
        "shares": SHARES, "floors": FLOORS, **_thresholds(usual), "usual": usual,
    }
    RUINED.parent.mkdir(exist_ok=True)
    RUINED.write_text(json.dumps(values, indent=1) + "\n", "utf-8")


def _thresholds(usual: dict[str, float]) -> dict[str, Any]:
    found = [signal for lang, pairs in all_languages().items()
             for signal in signals([Judged(*pair) for pair in pairs], ("en", lang), usual)]
    model = knowledge_of(translation_model(TRANSLATION_MODEL).path)
    own = [signal for lang, pairs in own_languages().items()
           for signal in signals([Judged(*pair) for pair in pairs], ("en", lang), usual, model)]
    unseen = [signal.unseen or 0.0 for signal in own]
    lengths = [signal.length for signal in found]
    return {
        "broken": _above("broken", [signal.broken for signal in found]),
        "repeats": _above("repeats", [signal.repeats for signal in found]),
        "foreign": _above("foreign", [signal.foreign for signal in found]),
        "short": _below("short", lengths),
        "short_and_lost": _below("short_and_lost", lengths),
        "unseen": _above("unseen", unseen),
        "unseen_and_unreadable": _above("unseen_and_unreadable", unseen),
        "long_and_unreadable": _above("long_and_unreadable", [s.length for s in own]),
    }


def _above(name: str, values: Sequence[float]) -> float:
    limit = float(np.quantile(values, 1.0 - SHARES[name])) + 1e-3
    return round(max(FLOORS.get(name, limit), limit), 3)


def _below(name: str, values: Sequence[float]) -> float:
    return round(float(np.quantile(values, SHARES[name])), 3)



if __name__ == "__main__":
    main()
