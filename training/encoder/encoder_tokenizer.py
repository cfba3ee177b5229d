"""The encoder's tokenizer: joint unigram pieces as a fast `tokenizer.json`."""

import random
from pathlib import Path

import sentencepiece
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from training.text.corpus import LANGUAGES, training_corpora

MAX_LENGTH = 512
PIECES = 24_000
PER_LANGUAGE, LEAST = 60_000, 15_000
"""Most lines of a language for the pieces; lines of small languages are repeated up to `LEAST`."""
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
BEGIN, PAD, END = 0, 1, 2


def train_encoder_pieces(prefix: Path, seed: int) -> None:
    """Write `prefix.model`: one unigram model for all languages, with byte fall-back."""
    rng = random.Random(seed)
    lines: list[str] = []
    for language in LANGUAGES:
        pairs = [pair for corpus in training_corpora([language]) for pair in corpus.pairs]
        drawn = rng.sample(pairs, min(PER_LANGUAGE, len(pairs)))
        lines += [other for _, other in drawn] * max(1, LEAST // len(drawn))
        lines += [english for english, _ in drawn[: PER_LANGUAGE // 3]]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_prefix=str(prefix), model_type="unigram",
        vocab_size=PIECES, character_coverage=0.9999, byte_fallback=True, split_digits=True,
        max_sentencepiece_length=16, num_threads=2, minloglevel=2, max_sentence_length=8000,
    )  # fmt: skip


def make_tokenizer(pieces_model: Path) -> Tokenizer:
    """Return a tokenizer; ids 0-3 are `<s>`, `<pad>`, `</s>`, `<unk>`; `<mask>` is last."""
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(pieces_model))
    vocabulary = [(name, 0.0) for name in SPECIAL]
    for number in range(pieces.get_piece_size()):
        name = pieces.id_to_piece(number)
        if name not in SPECIAL:
            vocabulary.append((name, pieces.get_score(number)))
    vocabulary.append(("<mask>", 0.0))
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=3, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Sequence(
        [decoders.ByteFallback(), decoders.Metaspace(replacement="▁", prepend_scheme="always")]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )  # fmt: skip
    tokenizer.add_special_tokens([*SPECIAL, "<mask>"])
    return tokenizer


class WordPieces:
    """A cache of the ids of single words; a word glued to the word before has no leading `▁`."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._space = tokenizer.token_to_id("▁")
        self.mask = tokenizer.get_vocab_size() - 1
        self._words: dict[str, list[int]] = {}

    def encode(self, word: str) -> list[int]:
        """Return at least one id; a lone `▁` before a mark is kept, as the tokenizer keeps it."""
        known = self._words.get(word)
        if known is None:
            known = self._tokenizer.encode(word, add_special_tokens=False).ids or [3]
            self._words[word] = known
        return known

    def glued(self, word: str) -> list[int]:
        """Return the ids of a mark, for example a comma, that follows a word without a space."""
        ids = self.encode(word)
        return ids[1:] if len(ids) > 1 and ids[0] == self._space else ids
