"""Machine translation through CTranslate2.

The engine sorts and batches by itself, so texts are handed over a whole part at a time; what comes
out then depends on the part alone (measured: same configuration, same bytes). All compute releases
the interpreter lock, so tokenising one part and detokenising another run beside it in threads.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pipeline.convert import translation_model
from pipeline.models import Model
from pipeline.recipe import Engine
from pipeline.recipe import Translation as Decoding
from projection.errors import InputError

_EOS = "</s>"
_CPU_BATCH_TOKENS = 2048
_GPU_BATCH_TOKENS = 8192


@dataclass(frozen=True, slots=True)
class Translation:
    """One translated text.

    Attributes:
        text: the translation; ``None`` when there is none.
        score: mean log-probability per target token (length penalty 1) of the best hypothesis.
        reason: why there is no translation.
    """

    text: str | None
    score: float | None = None
    reason: str | None = None


class Translator:
    """A loaded translation model. Safe to use from several threads; the engine serves one at a
    time so that its batches never mix.

    Args:
        model: CTranslate2 folder with its manifest.
        engine: device, compute type, threads and batch size.

    Raises:
        InputError: the model is broken or the device is not there.
    """

    def __init__(self, model: Model, engine: Engine) -> None:
        import ctranslate2
        import sentencepiece

        self.model = model
        device = _device(engine.device)
        self._batch_tokens = engine.batch_tokens or (
            _GPU_BATCH_TOKENS if device == "cuda" else _CPU_BATCH_TOKENS
        )
        try:
            self._source = sentencepiece.SentencePieceProcessor(str(model.path / "source.spm"))
            self._target = sentencepiece.SentencePieceProcessor(str(model.path / "target.spm"))
            self._engine = ctranslate2.Translator(
                str(model.path),
                device=device,
                compute_type=_compute_type(engine.compute_type, device),
                intra_threads=engine.threads or os.cpu_count() or 1,
            )
        except (RuntimeError, OSError, ValueError, IndexError) as error:
            first = str(error).strip().splitlines()[0]
            raise InputError(f"{model.path}: the translation model cannot be loaded: {first}; "
                             "check it with 'crosslabel models check'") from None
        self._lock = threading.Lock()

    @property
    def device(self) -> str:
        """Device the engine runs on: ``cpu`` or ``cuda``."""
        return str(self._engine.device)

    @property
    def compute_type(self) -> str:
        """Effective compute type; CTranslate2 replaces one the device does not support."""
        return str(self._engine.compute_type)

    def translate(
        self, texts: Sequence[str], lang: str, decoding: Decoding
    ) -> list[Translation]:
        """Translate texts into ``lang``, in order.

        A text over the model's limit is not cut: it gets a reason. So does one whose translation
        did not end within the limit, or is empty.

        Raises:
            InputError: the model does not translate into ``lang``.
        """
        prefix = self.model.manifest.prefix(lang)
        tokens = self._tokenize(texts, prefix)
        limit = self.model.manifest.max_source_tokens
        fitting = [i for i, pieces in enumerate(tokens) if len(pieces) <= limit]
        with self._lock:
            results = self._engine.translate_batch(
                [tokens[i] for i in fitting],
                beam_size=decoding.beam,
                length_penalty=decoding.length_penalty,
                max_batch_size=self._batch_tokens,
                batch_type="tokens",
                max_input_length=0,
                max_decoding_length=self.model.manifest.max_target_tokens,
                return_scores=True,
                return_end_token=True,
            )
        translated = dict(zip(fitting, self._detokenize(results), strict=True))
        return [translated.get(i) or _over_limit(len(p), limit) for i, p in enumerate(tokens)]

    def _tokenize(self, texts: Sequence[str], prefix: list[str]) -> list[list[str]]:
        ending = [_EOS] if self.model.manifest.append_eos else []
        pieces = self._source.encode(list(texts), out_type=str)
        return [[*prefix, *words, *ending] for words in pieces]

    def _detokenize(self, results: Sequence[Any]) -> list[Translation]:
        hypotheses = [result.hypotheses[0] for result in results]
        texts = self._target.decode([[p for p in h if p != _EOS] for h in hypotheses])
        return [
            _judge(text.strip(), result.scores[0], ended=hypothesis[-1:] == [_EOS])
            for text, result, hypothesis in zip(texts, results, hypotheses, strict=True)
        ]


def _over_limit(length: int, limit: int) -> Translation:
    return Translation(None, reason=f"over-limit: {length} tokens, the model takes {limit}")


def _judge(text: str, score: float, *, ended: bool) -> Translation:
    if not ended:
        return Translation(None, score, "unfinished: the translation did not end within the limit")
    if not text:
        return Translation(None, score, "empty-translation: the model gave no text")
    return Translation(text, score)


def _device(wanted: str) -> str:
    import ctranslate2

    available = ctranslate2.get_cuda_device_count() > 0
    if wanted == "cuda" and not available:
        raise InputError("engine.device: cuda was asked for, but no CUDA device is there; "
                         "use engine.device=cpu")
    return "cuda" if available and wanted != "cpu" else "cpu"


def _compute_type(wanted: str, device: str) -> str:
    if wanted != "auto":
        return wanted
    return "float16" if device == "cuda" else "int8"


_loading = threading.Lock()


def load_translator(decoding: Decoding, engine: Engine) -> Translator:
    """The translator of a recipe; loaded once per process whatever asks for it."""
    with _loading:
        return _load(decoding.model, decoding.revision, engine)


@lru_cache(maxsize=2)
def _load(name: str, revision: str | None, engine: Engine) -> Translator:
    return Translator(translation_model(name, revision), engine)
