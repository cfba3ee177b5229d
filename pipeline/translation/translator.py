"""Machine translation through CTranslate2.

The engine sorts and batches by itself, so a whole part is handed over at a time, and its output
depends on the part alone (measured: same configuration, same bytes). All compute releases
the interpreter lock, so tokenising one part and detokenising another run beside it in threads.
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from crosslabel.pipeline.models.manifest import Model
from crosslabel.pipeline.models.routing import Route
from crosslabel.pipeline.models.tokenizers import load_tokens
from crosslabel.pipeline.recipe import Engine, TranslationSection
from crosslabel.projection.device import chosen_device
from crosslabel.projection.errors import InputError, TransientError, first_line
from crosslabel.projection.forked import refuse_fork
from crosslabel.projection.halving import BatchSize, out_of_memory

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
    """A loaded translation model.

    Safe to use from several threads: each call is cut into batches, and the engine takes the
    batches of all calls from one queue.

    Args:
        model: CTranslate2 folder with its manifest.
        engine: device, compute type, threads and batch size.

    Raises:
        InputError: the model is broken, or there is no such device.
    """

    def __init__(self, model: Model, engine: Engine) -> None:
        import ctranslate2

        self.model = model
        self.process = os.getpid()
        device = chosen_device(engine.device, _sees_cuda)
        self._batch = BatchSize("tokens in translation", engine.batch_tokens or (
            _GPU_BATCH_TOKENS if device == "cuda" else _CPU_BATCH_TOKENS
        ))
        self._tokens = load_tokens(model.path)
        try:
            self._engine = ctranslate2.Translator(
                str(model.path),
                device=device,
                device_index=list(engine.device_index) if device == "cuda" else 0,
                compute_type=_compute_type(engine.compute_type, device),
                intra_threads=engine.threads or os.cpu_count() or 1,
            )
        except Exception as error:  # the engine's own errors are of many types
            first = first_line(error)
            if out_of_memory(error):
                raise TransientError(f"{model.path}: no memory to load the translation model "
                                     f"({first}); free some and run it again") from None
            raise InputError(f"{model.path}: the translation model cannot be loaded: {first}; "
                             "check it with 'crosslabel models check'") from None

    @property
    def device(self) -> str:
        """Device the engine runs on: ``cpu`` or ``cuda``."""
        return str(self._engine.device)

    @property
    def compute_type(self) -> str:
        """Effective compute type; CTranslate2 replaces one the device does not support."""
        return str(self._engine.compute_type)

    @property
    def computed(self) -> dict[str, Any]:
        """Settings that may change the last digits of the output: device, compute type, and the
        size of batches if it had to be halved."""
        halved = {"batch_tokens": self._batch.now} if self._batch.is_smaller else {}
        return {"device": self.device, "compute_type": self.compute_type, **halved}

    def translate(
        self, texts: Sequence[str], source: str, target: str, decoding: TranslationSection
    ) -> list[Translation]:
        """Translate texts from ``source`` into ``target`` (BCP-47 tags), in order.

        A text over the model's limit is not cut: it gets a reason instead of a translation. So does
        a text whose translation did not end within the limit, or is empty.

        Raises:
            InputError: the model does not translate in this direction.
        """
        route = self.model.manifest.route(source, target)
        tokens = self._tokenize(texts, route)
        limit = self.model.manifest.max_source_tokens
        fitting = [i for i, pieces in enumerate(tokens) if len(pieces) <= limit]
        results = self._batch.compute(lambda batch_tokens: self._engine.translate_batch(
            [tokens[i] for i in fitting],
            target_prefix=[route.target] * len(fitting) if route.target else None,
            beam_size=decoding.beam,
            length_penalty=decoding.length_penalty,
            max_batch_size=batch_tokens,
            batch_type="tokens",
            max_input_length=0,
            max_decoding_length=self.model.manifest.max_target_tokens,
            return_scores=True,
            return_end_token=True,
        ))
        judged = self._detokenize(results, len(route.target))
        translated = dict(zip(fitting, judged, strict=True))
        return [translated.get(i) or _over_limit(len(p), limit) for i, p in enumerate(tokens)]

    def score(
        self, texts: Sequence[str], translations: Sequence[str], source: str, target: str,
        most_tokens: int | None = None,
    ) -> list[float]:
        """Return the mean log-probability per token of given translations, in nats, with ``</s>``.

        NaN where a side is over the model's limit.

        Args:
            most_tokens: at most this many tokens in a batch; by default the engine's batch size.

        Raises:
            InputError: the model does not translate in this direction.
        """
        route = self.model.manifest.route(source, target)
        given = self._tokenize(texts, route)
        wanted = [[*route.target, *tokens] for tokens in self._tokens.encode_target(translations)]
        most = self.model.manifest.max_source_tokens, self.model.manifest.max_target_tokens
        fitting = [i for i, (source_tokens, tokens) in enumerate(zip(given, wanted, strict=True))
                   if len(source_tokens) <= most[0] and len(tokens) < most[1]]
        scored = self._batch.compute(lambda batch_tokens: self._engine.score_batch(
            [given[i] for i in fitting], [wanted[i] for i in fitting],
            max_batch_size=batch_tokens, batch_type="tokens", max_input_length=0,
        ), most_tokens)
        means = [math.nan] * len(given)
        for i, result in zip(fitting, scored, strict=True):
            tokens = result.log_probs[len(route.target):]
            means[i] = sum(tokens) / len(tokens)
        return means

    def greedy(self, text: str, source: str, target: str) -> list[str]:
        """Return the tokens of the greedy translation of one text, without special tokens.

        Raises:
            InputError: the model does not translate in this direction.
        """
        route = self.model.manifest.route(source, target)
        [result] = self._engine.translate_batch(
            self._tokenize([text], route), beam_size=1, max_input_length=0,
            target_prefix=[route.target] if route.target else None,
            max_decoding_length=self.model.manifest.max_target_tokens,
        )
        return list(result.hypotheses[0][len(route.target):])

    def _tokenize(self, texts: Sequence[str], route: Route) -> list[list[str]]:
        ending = [_EOS] if self.model.manifest.append_eos else []
        tokens = self._tokens.encode([route.text + text for text in texts])
        return [[*route.source, *words, *ending] for words in tokens]

    def _detokenize(self, results: Sequence[Any], given: int) -> list[Translation]:
        """Return the texts without the first ``given`` tokens, which asked for the language."""
        hypotheses = [result.hypotheses[0][given:] for result in results]
        texts = self._tokens.decode([[p for p in h if p != _EOS] for h in hypotheses])
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


def _sees_cuda() -> bool:
    import ctranslate2

    return bool(ctranslate2.get_cuda_device_count())


def _compute_type(wanted: str, device: str) -> str:
    if wanted != "auto":
        return wanted
    return "float16" if device == "cuda" else "int8"


_loading = threading.Lock()


def load_translator(model: Model, engine: Engine) -> Translator:
    """Return the translator of a model; loaded once per process whatever asks for it.

    Raises:
        CrosslabelError: the process is a fork of one that loaded it.
    """
    with _loading:
        translator = _load(model, engine)
    refuse_fork(translator.process)
    return translator


@lru_cache(maxsize=2)
def _load(model: Model, engine: Engine) -> Translator:
    return Translator(model, engine)
