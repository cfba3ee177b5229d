"""A tiny random Marian checkpoint over real text: exactness tests need no quality."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import sentencepiece
import torch
from transformers import MarianConfig, MarianMTModel

from crosslabel.pipeline.storage.shipped import SAMPLES


def make(folder: Path, languages: tuple[str, ...] = ("de", "es")) -> Path:
    """Write a complete checkpoint into ``folder``; the same bytes every time."""
    folder.mkdir(parents=True, exist_ok=True)
    _vocabulary(folder, languages)
    torch.manual_seed(7)
    size = len(json.loads((folder / "vocab.json").read_text()))
    config = MarianConfig(
        vocab_size=size, d_model=32, encoder_layers=2, decoder_layers=2, encoder_ffn_dim=64,
        decoder_ffn_dim=64, encoder_attention_heads=4, decoder_attention_heads=4,
        max_position_embeddings=128, pad_token_id=size - 1, eos_token_id=0,
        decoder_start_token_id=size - 1, forced_eos_token_id=None, init_std=0.5,
        scale_embedding=True, activation_function="relu",
    )
    model = MarianMTModel(config)
    model.final_logits_bias[0, config.eos_token_id] = 8.0  # so that some translations end
    model.save_pretrained(folder)
    return folder


def _vocabulary(folder: Path, languages: tuple[str, ...]) -> None:
    text = folder / "text.txt"
    rows = (SAMPLES / "ner.en.jsonl").read_text(encoding="utf-8").splitlines()
    text.write_text("\n".join(json.loads(row)["text"] for row in rows), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(text), model_prefix=str(folder / "source"), vocab_size=400,
        character_coverage=1.0, byte_fallback=True, minloglevel=2, num_threads=1,
    )
    text.unlink()
    (folder / "source.vocab").unlink()
    (folder / "source.model").rename(folder / "source.spm")
    shutil.copy(folder / "source.spm", folder / "target.spm")
    pieces = sentencepiece.SentencePieceProcessor(str(folder / "source.spm"))
    known = [pieces.id_to_piece(i) for i in range(pieces.get_piece_size())]
    special = ["</s>", "<unk>"]
    names = [*special, *(p for p in known if p not in (*special, "<s>")),
             *(f">>{lang}<<" for lang in languages), "<pad>"]
    (folder / "vocab.json").write_text(json.dumps({name: i for i, name in enumerate(names)}))
    (folder / "tokenizer_config.json").write_text(json.dumps(
        {"source_lang": "en", "tokenizer_class": "MarianTokenizer", "model_max_length": 128}
    ))
