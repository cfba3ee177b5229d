"""Sub-word states of an encoder that was converted to CTranslate2, with neither torch nor
transformers.

The folder has the files of CTranslate2, a tokenizer (:mod:`crosslabel.projection.links.pieces`),
and ``encoder.json`` with what a sentence needs: :class:`ConvertedFacts`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from crosslabel.projection.errors import InputError, first_line
from crosslabel.projection.links.ctranslate2_layer import CTranslate2Layer
from crosslabel.projection.links.layer_encoder import LayerEncoder
from crosslabel.projection.links.pieces import load_tokenizer
from crosslabel.projection.links.states import LayerStates, Specials
from crosslabel.projection.links.subwords import cut

FACTS = "encoder.json"


@dataclass(frozen=True, slots=True)
class ConvertedFacts:
    """What a sentence needs to be encoded.

    Attributes:
        layer: the hidden layer whose states the converted encoder gives.
        longest: largest number of tokens it takes, special tokens included.
        pad: id that fills up a batch.
        before, after: ids of the special tokens around a sentence.
    """

    layer: int
    longest: int
    pad: int
    before: list[int]
    after: list[int]


class ConvertedEncoder(LayerEncoder):
    """Encoder of a folder in CTranslate2's format.

    Args:
        folder: the converted encoder.
        device: ``auto``, ``cpu`` or ``cuda``.
        threads: on the CPU; 0 takes all cores.
        batch_tokens: sub-words per batch, padding included; 0 chooses by device.

    Raises:
        InputError: the folder is broken, or there is no such device.
        TransientError: there is no memory to load it.
    """

    def __init__(
        self, folder: Path, *, device: str = "auto", threads: int = 0, batch_tokens: int = 0
    ) -> None:
        facts = _facts(folder)
        states = LayerStates(
            CTranslate2Layer(folder, device, threads), longest=facts.longest, pad=facts.pad,
            batch_tokens=batch_tokens,
        )
        super().__init__(states, facts.layer, partial(cut, load_tokenizer(folder)),
                         Specials(facts.before, facts.after))


def _facts(folder: Path) -> ConvertedFacts:
    path = folder / FACTS
    try:
        return ConvertedFacts(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"{path}: not the description of a converted encoder "
                         f"({first_line(error)}); delete the folder") from None
