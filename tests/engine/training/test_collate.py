"""Documents laid into one window: beside each other, and padded where they end."""

from __future__ import annotations

import numpy as np

from engine.composing import vocabulary as v
from engine.training.windows import Document, collate
from tests.engine.training.shard_folders import full_rows


def document(*tokens: int) -> Document:
    zeros = np.zeros(len(tokens), dtype=np.int64)
    return Document(np.array(tokens), zeros, zeros, full_rows(1))


def test_padding_is_not_scored() -> None:
    window = [document(v.BOS, v.BAR, v.EOS)]
    batch = collate([window, window], 6, 2)
    assert batch.tokens.tolist() == [[1, 3, 2, 0, 0, 0]] * 2
    assert batch.targets.tolist() == [[3, 2, -100, -100, -100, -100]] * 2
    assert batch.documents.tolist() == [[0, 0, 0, 1, 1, 1]] * 2
    assert np.isnan(batch.rows[:, 1]).all() and not np.isnan(batch.rows[:, 0]).any()


def test_documents_lie_beside_each_other() -> None:
    batch = collate([[document(v.BOS, v.BAR, v.EOS), document(v.BOS, v.BAR)]], 6, 2)
    assert batch.tokens.tolist() == [[1, 3, 2, 1, 3, 0]]
    assert batch.targets.tolist() == [[3, 2, -100, 3, -100, -100]]
    assert batch.bars.tolist() == [[0, 0, 0, 1, 1, 0]]
    assert batch.documents.tolist() == [[0, 0, 0, 1, 1, 2]]
    assert not np.isnan(batch.rows).any()
