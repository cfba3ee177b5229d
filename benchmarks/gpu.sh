#!/usr/bin/env bash
# Train, translate and align on a machine with a GPU, then write benchmarks/results/gpu.md and .json.
#
#   CROSSLABEL_DATA=… benchmarks/gpu.sh
#
# Options, by environment:
#   TRANSLATION_MINUTES  training of the large translation model (60; 0 skips it)
#   COMPUTE_TYPES        of CTranslate2 ("int8 float16 bfloat16")
#   BATCH_TOKENS         source tokens per batch ("8192 16384 32768")
#   TEXTS                texts to translate (20000)
#   GENERATE_TEXTS       those that transformers translates, too (2000; 0 leaves it out)
#   PAIRS                pairs to align (3000)
#   TURNS                turns of every measurement (3)
#   PYTHON               interpreter (.venv/bin/python)
#
# Needs: a torch built for CUDA (the one that `make` installs may be the CPU build: reinstall the
# version in constraints.txt from PyTorch's CUDA index), what training/README.md lists, and the
# public data sets. Training replaces the models under data/models and goes on from
# training/checkpoints: delete that folder to begin anew, and always after another size.
#
# CTranslate2's wheels load libcublas.so.12. Where torch is built for CUDA 13 there is only version
# 13, and the first translation below fails with "Library libcublas.so.12 is not found or cannot be
# loaded". Then, without touching torch:
#   pip install nvidia-cublas-cu12
#   export LD_LIBRARY_PATH=$(python -c 'import nvidia.cublas as n; print(n.__path__[0])')/lib
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-.venv/bin/python}
out=out/gpu
read -ra compute_types <<<"${COMPUTE_TYPES:-int8 float16 bfloat16}"
read -ra batch_tokens <<<"${BATCH_TOKENS:-8192 16384 32768}"

say() { printf '\n== %s\n' "$*"; }

train() { # module, minutes, options
  local module=$1 minutes=$2
  shift 2
  if [[ $minutes == 0 ]]; then
    say "training.$module.$module is skipped"
    return
  fi
  say "training.$module.$module, $minutes minutes"
  "$python" -m "training.$module.$module" --device cuda --minutes "$minutes" "$@" 2>&1 |
    tee "$out/$module.log"
}

say "is there a GPU?"
"$python" - <<'PY'
import sys

import ctranslate2
import torch

if not torch.cuda.is_available():
    sys.exit(f"torch {torch.__version__} sees no GPU; see the head of benchmarks/gpu.sh")
if not ctranslate2.get_cuda_device_count():
    sys.exit("CTranslate2 sees no GPU")
print(torch.cuda.get_device_name(), "- CUDA", torch.version.cuda)
PY

rm -rf "$out"
mkdir -p "$out"

# Before the long work, because CTranslate2 looks for its libraries at the first translation.
say "does the translation engine run?"
echo "Anna Keller lives in Hamburg." >"$out/one.txt"
"$python" -m crosslabel translate "$out/one.txt" --to de --device cuda

# Before training, which leaves a model that keeps no markers.
say "constrained decoding"
"$python" -m benchmarks.projection.constrained --device cuda --output "$out/constrained.json"

say "fine-tuning at the size of XLM-R base"
"$python" -m benchmarks.finetuning.filter_speed --device cuda --size base --bf16 --rows 6400 --workers 2 \
  --batch-tokens 32768 --turns "${TURNS:-3}" --output "$out/filter_speed.json"

train translation "${TRANSLATION_MINUTES:-60}" --size large

for compute_type in "${compute_types[@]}"; do
  for tokens in "${batch_tokens[@]}"; do
    say "translation, $compute_type, $tokens tokens per batch"
    "$python" -m benchmarks.translation.translate --device cuda --compute-type "$compute_type" \
      --batch-tokens "$tokens" --texts "${TEXTS:-20000}" \
      --generate-texts "${GENERATE_TEXTS:-2000}" --turns "${TURNS:-3}" \
      --output "$out/translate-$compute_type-$tokens.json"
  done
done

say "alignment"
"$python" -m benchmarks.alignment.align --device cuda --pairs "${PAIRS:-3000}" --turns "${TURNS:-3}" \
  --output "$out/align.json"

"$python" -m benchmarks.gpu_page "$out"
say "see benchmarks/results/gpu.md"
