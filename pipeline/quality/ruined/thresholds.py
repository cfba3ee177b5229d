"""The thresholds of the check, as ``python -m training.ruined.thresholds`` sets them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache

from pydantic import BaseModel, ConfigDict

from crosslabel.pipeline.storage.shipped import RUINED


class Thresholds(BaseModel):
    """From where on a signal says that a translation is ruined.

    Attributes:
        broken: characters that are no text, as a share of the translation.
        repeats: times that a piece occurs in a row.
        foreign: share of letters in another script.
        short: logarithm of the length, relative to the usual one, below which a part is missing.
        short_and_lost: the same where the end or the start is lost too.
        unseen: pairs of pieces per word that training never saw.
        unseen_and_unreadable: the same where the model could not read a character.
        long_and_unreadable: logarithm of the length above which what the model made of a character
            that it could not read is ruined.
        usual: by language the logarithm of how many times as long as in English texts are.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    broken: float
    repeats: float
    foreign: float
    short: float
    short_and_lost: float
    unseen: float
    unseen_and_unreadable: float
    long_and_unreadable: float
    usual: Mapping[str, float]


@lru_cache(maxsize=1)
def thresholds() -> Thresholds:
    """Return the thresholds that ship."""
    return Thresholds.model_validate_json(RUINED.read_bytes())


@lru_cache(maxsize=1)
def thresholds_key() -> str:
    """Return the key of the thresholds."""
    return hashlib.sha256(RUINED.read_bytes()).hexdigest()
