"""Tiny random checkpoints of the many-language families, over real text."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from tokenizers import Tokenizer as FastTokenizer
from tokenizers import models, pre_tokenizers, trainers
from transformers import (
    M2M100Config,
    M2M100ForConditionalGeneration,
    M2M100Tokenizer,
    MBart50Tokenizer,
    MBartConfig,
    MBartForConditionalGeneration,
    NllbTokenizer,
    T5Config,
    T5ForConditionalGeneration,
    T5Tokenizer,
)

from crosslabel.pipeline.storage.shipped import SAMPLES

WIDTHS = {
    "d_model": 32, "encoder_layers": 2, "decoder_layers": 2, "encoder_ffn_dim": 64,
    "decoder_ffn_dim": 64, "encoder_attention_heads": 4, "decoder_attention_heads": 4,
}
LIMIT = 96


def sentences() -> list[str]:
    """English sample sentences."""
    lines = (SAMPLES / "ner.en.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


def nllb(folder: Path) -> Path:
    """NLLB-200: byte pairs, one token per language and script."""
    trainer = trainers.BpeTrainer(
        vocab_size=300, special_tokens=["<s>", "<pad>", "</s>", "<unk>"], show_progress=False
    )
    made = FastTokenizer(models.BPE(unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    made.train_from_iterator(sentences(), trainer)
    learned = json.loads(made.to_str())["model"]
    merges = [tuple(pair) for pair in learned["merges"]]
    tokenizer = NllbTokenizer(vocab=learned["vocab"], merges=merges)
    return _m2m_model(folder, tokenizer, len(tokenizer) + 2)


def m2m100(folder: Path) -> Path:
    """M2M100: sentencepiece, a vocabulary file, ``__de__`` tokens that it does not list."""
    pieces = _pieces(folder)
    names = ["<s>", "<pad>", "</s>", "<unk>"]
    names += [p for p, _ in _scored(pieces) if p not in names]
    vocabulary = folder / "raw.json"
    vocabulary.write_text(json.dumps({name: i for i, name in enumerate(names)}), encoding="utf-8")
    tokenizer = M2M100Tokenizer(str(vocabulary), str(pieces))
    vocabulary.unlink()
    size = len(names) + len(tokenizer.lang_token_to_id) + tokenizer.num_madeup_words
    return _m2m_model(folder, tokenizer, size)


def mbart50(folder: Path) -> Path:
    """mBART-50: unigram pieces, ``en_XX`` tokens, no ``bos_token`` in the configuration."""
    tokenizer = MBart50Tokenizer(vocab=_scored(_pieces(folder)))
    config = MBartConfig(
        **WIDTHS, vocab_size=len(tokenizer), max_position_embeddings=LIMIT, init_std=0.5,
        pad_token_id=1, bos_token_id=0, eos_token_id=2, decoder_start_token_id=2,
        forced_eos_token_id=None, scale_embedding=True, tie_word_embeddings=False,
    )
    return _save(folder, MBartForConditionalGeneration, config, tokenizer)


def t5(folder: Path) -> Path:
    """T5: the language is asked for in words."""
    tasks = {
        f"translation_en_to_{code}": {"prefix": f"translate English to {name}: "}
        for code, name in (("de", "German"), ("fr", "French"), ("ro", "Romanian"))
    }
    return _t5_model(folder, [], {"task_specific_params": tasks})


def madlad(folder: Path) -> Path:
    """MADLAD-400: T5 with gated layers and a piece per language."""
    options = {"feed_forward_proj": "gated-gelu", "tie_word_embeddings": False}
    return _t5_model(folder, ["<2en>", "<2de>", "<2es>", "<2zh>", "<2sr_Latn>"], options)


def _t5_model(folder: Path, languages: list[str], options: dict[str, Any]) -> Path:
    pieces = _scored(_pieces(folder))
    special = ["<pad>", "</s>", "<unk>"]
    vocabulary = [(name, 0.0) for name in (*special, *languages)]
    vocabulary += [(piece, score) for piece, score in pieces if piece not in (*special, "<s>")]
    tokenizer = T5Tokenizer(vocab=vocabulary, extra_ids=0)
    config = T5Config(
        vocab_size=len(tokenizer), d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4,
        pad_token_id=0, eos_token_id=1, decoder_start_token_id=0, initializer_factor=3.0, **options,
    )
    return _save(folder, T5ForConditionalGeneration, config, tokenizer)


def _m2m_model(folder: Path, tokenizer: Any, size: int) -> Path:
    config = M2M100Config(
        **WIDTHS, vocab_size=size, max_position_embeddings=LIMIT, init_std=0.5, pad_token_id=1,
        bos_token_id=0, eos_token_id=2, decoder_start_token_id=2, scale_embedding=True,
        tie_word_embeddings=False,
    )
    return _save(folder, M2M100ForConditionalGeneration, config, tokenizer)


def _save(folder: Path, model: Any, config: Any, tokenizer: Any) -> Path:
    torch.manual_seed(11)
    model(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _pieces(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    work = folder.with_name(folder.name + "-pieces")
    work.mkdir()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(sentences()), model_prefix=str(work / "pieces"), vocab_size=300,
        character_coverage=1.0, minloglevel=2, num_threads=1,
    )
    return Path(shutil.move(work / "pieces.model", folder / "sentencepiece.bpe.model"))


def _scored(model: Path) -> list[tuple[str, float]]:
    pieces = sentencepiece.SentencePieceProcessor(str(model))
    return [(pieces.id_to_piece(i), pieces.get_score(i)) for i in range(pieces.get_piece_size())]


MAKERS = {"nllb": nllb, "m2m100": m2m100, "mbart50": mbart50, "t5": t5, "madlad": madlad}
