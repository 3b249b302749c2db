"""Q1 through the backend that composes: held-out music read one token at a time.

What decoding multiplies in 8 bits must surprise the network no more than what torch computes in
one go. Both read the same windows, nothing told.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
import torch.nn.functional as F

from engine.checkpoint import Model
from engine.composing import vocabulary as v
from engine.evaluation.corpora import Corpus
from engine.evaluation.rows import EvaluationEvent, Measured, Progress, Row
from engine.training.scoring import Score, score_batch, windows
from engine.training.windows import Batch

MOST_WORSE = 1.01
WINDOWS = 12


def measure_backend(model: Model, corpus: Corpus) -> Iterator[EvaluationEvent]:
    """The row of a corpus; none where torch itself composes."""
    if model.backend is None:
        return
    context = model.network.config.context
    entries = corpus.shards.split("validation")
    found = list(windows(corpus.shards, entries, context, WINDOWS, conditions=False))
    stepped = whole = Score(0.0, 0, 0)
    for done, batch in enumerate(found, 1):
        stepped += score_steps(model, batch)
        whole += score_batch(model.network, batch)
        yield Progress(f"Q1 by {model.means.backend}", done, len(found))
    ratio = stepped.per_note / whole.per_note
    title = f"the same by {model.means.backend}, {model.means.dtype}, over torch"
    note = f"{stepped.tokens:,} tokens, {stepped.per_note:.4f} and {whole.per_note:.4f} nats/note"
    row = Row(f"Q1.{corpus.source}.backend", title, ratio, "x", note=note)
    yield Measured(row.at_most(MOST_WORSE))


@torch.inference_mode()
def score_steps(model: Model, batch: Batch) -> Score:
    """Negative log-likelihood of a batch of one window, read by the model's backend.

    The last token of a window is not read, for nothing follows it.
    """
    assert model.backend is not None
    film = model.network.conditioner(torch.from_numpy(batch.rows))[0].numpy()
    tokens, bars, holes = (each[0].tolist() for each in (batch.tokens, batch.bars, batch.holes))
    steps = model.backend.open(1)
    logits = [np.array(steps.read(0, tokens[:1], bars[:1], holes[:1], film))]
    for at in range(1, len(tokens)):
        if at == 1 or (bars[at], holes[at]) != (bars[at - 1], holes[at - 1]):
            steps.tell(0, film[bars[at]], holes[at])
        logits.append(steps.step([tokens[at]], [at])[0].copy())
    targets = torch.from_numpy(batch.targets[0])
    nats = F.cross_entropy(
        torch.from_numpy(np.stack(logits)), targets, ignore_index=-100, reduction="sum"
    )
    scored = batch.targets[batch.targets >= 0]
    notes = int(((scored >= v.PITCH.start) & (scored < v.PITCH.stop)).sum())
    return Score(float(nats), len(scored), notes)
