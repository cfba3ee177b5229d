"""``crosslabel soften``: write a teacher's soft labels for features."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crosslabel.cli.options import Bf16, Device
from crosslabel.cli.terminal import say

EXAMPLE = "Example: crosslabel soften out/features --teacher out/run/teacher/model --out out/soft"


def soften(
    features: Annotated[list[Path], typer.Argument(metavar="DIR",
                                                   help="Folders made by featurize.")],
    teacher: Annotated[
        list[Path], typer.Option(metavar="DIR",
                                 help="Trained model; the logits of several are averaged.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Output folder.")],
    device: Device = "auto",
    bf16: Bf16 = False,
    batch_tokens: Annotated[
        int, typer.Option(min=1, help="Tokens of a batch, counting both sides.")
    ] = 8192,
) -> None:
    """Write the soft labels of all rows, shard by shard, keeping existing shards."""
    import crosslabel as cl

    student = cl.Student.from_pretrained(teacher, device=device, bf16=bf16,
                                         batch_tokens=batch_tokens)
    sidecar = student.soften(features, out)
    rows = sum(shard.rows for shard in sidecar.shards)
    say(f"{out}: soft labels of {rows} rows in {len(sidecar.shards)} shards")
