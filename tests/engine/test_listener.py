"""Checkpoints of the listening networks: whole, or refused with a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.errors import PsychoscoreError
from engine.listener import ListenerCard, load_listener, read_listener_card, save_listener
from models.encoders import EncoderConfig, Encoders

CONFIG = EncoderConfig(width=8, layers=1, embedding=4)


def saved(folder: Path) -> Encoders:
    torch.manual_seed(2)
    network = Encoders(CONFIG)
    card = ListenerCard("encoders", "tiny", CONFIG, ("nothing (MIT)",), metrics={"same": 0.5})
    save_listener(folder, card, network.state_dict())
    return network


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    network = saved(tmp_path)
    found = load_listener(tmp_path, "encoders")
    assert found.card.lineage == ("nothing (MIT)",)
    for key, value in network.state_dict().items():
        assert torch.equal(value, found.network.state_dict()[key])


def test_another_kind_is_refused(tmp_path: Path) -> None:
    saved(tmp_path)
    with pytest.raises(PsychoscoreError, match="holds encoders, not reranker"):
        load_listener(tmp_path, "reranker")


def test_a_missing_network_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PsychoscoreError, match="There is no network"):
        load_listener(tmp_path / "nowhere", "encoders")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", 9),
        ("features", ["one"]),
        ("kind", "pickle"),
        ("config", {"width": 10**9}),
        ("config", {"width": "wide"}),
        ("config", {"unknown": 1}),
        ("non_commercial", "no"),
        ("metrics", {"same": "much"}),
    ],
)
def test_an_impossible_card_is_refused(tmp_path: Path, key: str, value: object) -> None:
    saved(tmp_path)
    path = tmp_path / "card.json"
    card = json.loads(path.read_text())
    path.write_text(json.dumps(card | {key: value}))
    with pytest.raises(PsychoscoreError):
        read_listener_card(tmp_path)


def test_weights_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    saved(tmp_path)
    path = tmp_path / "weights.safetensors"
    whole = path.read_bytes()
    for broken in (b"", whole[:40], b"\x80\x04pickle" * 9, whole[:-8]):
        path.write_bytes(broken)
        with pytest.raises(PsychoscoreError):
            load_listener(tmp_path, "encoders")
    path.write_bytes(whole)
    tensors = load_file(path)
    for changed in (
        {k: v for k, v in tensors.items() if k != "log_scale"},
        tensors | {"log_scale": torch.tensor(float("nan"))},
        tensors | {"log_scale": torch.zeros(3)},
    ):
        save_file(changed, path)
        with pytest.raises(PsychoscoreError):
            load_listener(tmp_path, "encoders")
