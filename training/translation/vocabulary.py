"""The joint sentencepiece model and the vocabulary of the translation model.

Ids: `</s>` 0, `<unk>` 1, then the pieces, one `>>de<<` per target language and `<pad>` last.
"""

import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

import sentencepiece

from training.text.corpus import TRANSLATED, Corpus
from training.text.names import Names
from training.text.templates import fill

PIECES = 8000
END, UNKNOWN = 0, 1
TARGETS = (*TRANSLATED, "en")
"""Languages the model translates into."""


def train_pieces(corpora: list[Corpus], names: Names, prefix: Path, seed: int) -> None:
    """Write `prefix.model` from the sentences of the corpora and of the templates."""
    rng = random.Random(seed)
    lines = [text for corpus in corpora for pair in corpus.pairs for text in pair]
    lines = rng.sample(lines, min(300_000, len(lines)))
    lines += [text for _ in range(20_000) for text in fill(names, rng)]
    train_unigram(lines, prefix)


def train_unigram(lines: Iterable[str], prefix: Path) -> None:
    """Write `prefix.model`: one unigram model for all languages, with byte fall-back.

    Little text gives fewer pieces.
    """
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_prefix=str(prefix), model_type="unigram",
        vocab_size=PIECES, hard_vocab_limit=False, character_coverage=1.0, byte_fallback=True,
        split_digits=True, max_sentencepiece_length=12, num_threads=2, minloglevel=2,
    )  # fmt: skip


class Vocabulary:
    """A vocabulary that turns text into ids word by word, with a cache of the words seen."""

    def __init__(self, model: Path, targets: Sequence[str] = TARGETS) -> None:
        self.pieces = sentencepiece.SentencePieceProcessor(model_file=str(model))
        texts = [self.pieces.id_to_piece(i) for i in range(self.pieces.get_piece_size())]
        kept = [text for text in texts if text not in ("</s>", "<unk>", "<s>")]
        tags = [f">>{language}<<" for language in targets]
        self.ids = {text: i for i, text in enumerate(["</s>", "<unk>", *kept, *tags, "<pad>"])}
        self.pad = self.ids["<pad>"]
        self.tags = {language: self.ids[f">>{language}<<"] for language in targets}
        self._from_piece = [self.ids.get(text, UNKNOWN) for text in texts]
        self._words: dict[str, list[int]] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def encode(self, text: str) -> list[int]:
        """Return the ids of `text`; words are cached: sentencepiece never joins across spaces."""
        ids: list[int] = []
        for word in text.split():
            known = self._words.get(word)
            if known is None:
                known = [self._from_piece[i] for i in self.pieces.encode(word)]
                if len(self._words) < 400_000:
                    self._words[word] = known
            ids += known
        return ids

    def sample(self, word: str) -> list[int]:
        """Return the ids of one word in a random segmentation."""
        sampled = self.pieces.encode(word, enable_sampling=True, nbest_size=-1, alpha=0.1)
        return [self._from_piece[i] for i in sampled]

    def decode(self, ids: list[int]) -> str:
        """Return the text of target ids, without special tokens."""
        texts = list(self.ids)
        special = {END, UNKNOWN, self.pad, *self.tags.values()}
        return str(self.pieces.decode_pieces([texts[i] for i in ids if i not in special]))

    def save_json(self, path: Path) -> None:
        """Write `vocab.json` as Marian tokenizers read it."""
        path.write_text(json.dumps(self.ids, ensure_ascii=False, indent=0), encoding="utf-8")
