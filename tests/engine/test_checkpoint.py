"""Checkpoints come from anywhere: what is no checkpoint is a sentence, and nothing is executed."""

from __future__ import annotations

import hashlib
import json
import math
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.checkpoint import Card, load_model, read_card, save_checkpoint
from engine.errors import PsychoscoreError
from engine.weights import replace_tensors
from models.conditioning import Composer
from tests.engine.tiny import tiny_checkpoint, tiny_config, tiny_network


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tiny_checkpoint(tmp_path / "tiny")


def refused(action: Callable[[], object], file: Path) -> str:
    """The sentence of an action that must fail; it names the file."""
    with pytest.raises(PsychoscoreError) as error:
        action()
    assert str(file) in str(error.value)
    return str(error.value)


def with_card(folder: Path, **changes: Any) -> Path:
    path = folder / "card.json"
    card = json.loads(path.read_text())
    path.write_text(json.dumps(card | changes))
    return path


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    network = tiny_network(5)
    card = Card(
        "five",
        network.config,
        lineage=("POP909 (MIT)",),
        non_commercial=True,
        licence="CC BY-NC-SA 4.0",
        provisional=True,
        steps=12,
        tokens=3456,
        minutes=7.5,
        guidance=2.5,
        sources=("pop909",),
        metrics={"validation": 5.5},
        notes=("Heard by nobody.",),
    )
    save_checkpoint(tmp_path, card, network.state_dict(), dtype=torch.float32)
    model = load_model(tmp_path)
    assert model.card == card == read_card(tmp_path)
    assert (model.name, model.lineage, model.non_commercial) == ("five", ("POP909 (MIT)",), True)
    weights = (tmp_path / "weights.safetensors").read_bytes()
    assert model.hash == hashlib.sha256(weights).hexdigest()[:16]
    for key, tensor in network.state_dict().items():
        assert torch.equal(model.network.state_dict()[key], tensor), key
    assert not model.network.training
    assert not any(parameter.requires_grad for parameter in model.network.parameters())
    assert {each.name for each in tmp_path.iterdir()} == {"card.json", "weights.safetensors"}


def test_half_precision_is_read_as_float32(tmp_path: Path) -> None:
    network = tiny_network()
    weights = network.state_dict()
    save_checkpoint(tmp_path, Card("half", network.config), weights, dtype=torch.bfloat16)
    loaded = load_model(tmp_path).network.state_dict()
    for key, tensor in network.state_dict().items():
        assert loaded[key].dtype == torch.float32
        torch.testing.assert_close(loaded[key], tensor, rtol=0.01, atol=0.01)


def test_a_new_checkpoint_replaces_the_old_one(folder: Path) -> None:
    before = load_model(folder).hash
    tiny_checkpoint(folder, seed=2)
    assert load_model(folder).hash != before


def test_what_cannot_be_written_leaves_the_old_file(folder: Path) -> None:
    path = folder / "weights.safetensors"
    before = path.read_bytes()
    path.with_suffix(".part").mkdir()
    refused(lambda: replace_tensors(path, {"a": torch.zeros(1)}), path)
    assert path.read_bytes() == before
    (folder / "file").write_text("")
    refused(lambda: tiny_checkpoint(folder / "file" / "model"), folder / "file")


def test_missing_parts_are_named(folder: Path, tmp_path: Path) -> None:
    assert "no model" in refused(lambda: load_model(tmp_path / "none"), tmp_path / "none")
    (folder / "weights.safetensors").unlink()
    refused(lambda: load_model(folder), folder / "weights.safetensors")
    (folder / "card.json").unlink()
    refused(lambda: load_model(folder), folder)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.02, 0.5, 0.999])
def test_truncated_weights(folder: Path, share: float) -> None:
    path = folder / "weights.safetensors"
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    refused(lambda: load_model(folder), path)


def test_a_pickle_is_not_executed(folder: Path, tmp_path: Path) -> None:
    path, trap = folder / "weights.safetensors", tmp_path / "executed"
    # Protocol 0, by hand: calls `open(trap, "w")` when it is loaded.
    bomb = b"cbuiltins\nopen\n(V" + str(trap).encode() + b"\nVw\ntR."
    path.write_bytes(bomb)
    refused(lambda: load_model(folder), path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", bomb)
        archive.writestr("archive/version", "3")
    refused(lambda: load_model(folder), path)
    assert not trap.exists()


HEADERS: list[object] = [
    [],
    "text",
    {"a": 1},
    {"a": {"shape": 3}},
    {"": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}},
    {"a": {"dtype": "F32", "shape": [10**15], "data_offsets": [0, 4 * 10**15]}},
]


@pytest.mark.parametrize("header", HEADERS, ids=str)
def test_strange_headers(folder: Path, header: object) -> None:
    path = folder / "weights.safetensors"
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(64))
    refused(lambda: load_model(folder), path)


@pytest.mark.parametrize("length", [0, 1, 200, 2**40, 2**63, 2**64 - 1])
def test_a_header_that_lies_about_its_length(folder: Path, length: int) -> None:
    path = folder / "weights.safetensors"
    path.write_bytes(struct.pack("<Q", length) + path.read_bytes()[8:])
    refused(lambda: load_model(folder), path)


def test_a_header_that_lies_about_offsets(folder: Path) -> None:
    path = folder / "weights.safetensors"
    whole = path.read_bytes()
    length = struct.unpack("<Q", whole[:8])[0]
    header = json.loads(whole[8 : 8 + length])
    key = "transformer.embedding.weight"
    header[key]["data_offsets"] = [0, 10**12]
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + whole[8 + length :])
    refused(lambda: load_model(folder), path)


def test_a_deep_header_and_a_deep_card(folder: Path) -> None:
    path = folder / "weights.safetensors"
    deep = b"[" * 100_000
    path.write_bytes(struct.pack("<Q", len(deep)) + deep + bytes(8))
    refused(lambda: load_model(folder), path)
    (folder / "card.json").write_bytes(deep)
    refused(lambda: load_model(folder), folder / "card.json")


def test_other_shapes_missing_and_unknown_tensors(folder: Path) -> None:
    path = folder / "weights.safetensors"
    good = load_file(path)
    key = "transformer.embedding.weight"
    wrong = {
        "another shape": good | {key: good[key][:, :8].contiguous()},
        "missing": {name: tensor for name, tensor in good.items() if name != key},
        "unknown": good | {"more": torch.zeros(1)},
    }
    for tensors in wrong.values():
        save_file(tensors, path)
        said = refused(lambda: load_model(folder), path)
        assert key in said or "more" in said


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_weights_that_are_no_numbers(folder: Path, value: float) -> None:
    path = folder / "weights.safetensors"
    good = load_file(path)
    good["transformer.norm.weight"][3] = value
    save_file(good, path)
    assert "transformer.norm.weight" in refused(lambda: load_model(folder), path)


def test_weights_of_another_kind(folder: Path) -> None:
    path = folder / "weights.safetensors"
    good = load_file(path)
    good["transformer.norm.weight"] = good["transformer.norm.weight"].to(torch.int32)
    save_file(good, path)
    refused(lambda: load_model(folder), path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("width", 10**9),
        ("width", 10**30),
        ("layers", 49),
        ("layers", -1),
        ("heads", 0),
        ("heads", 3),
        ("hidden", 1e3),
        ("context", True),
        ("context", "512"),
        ("vocabulary", 321),
        ("rope_base", math.nan),
        ("rope_base", 0),
        ("rope_base", "1"),
        ("unheard_of", 1),
    ],
)
def test_a_card_with_an_impossible_network(folder: Path, name: str, value: object) -> None:
    config = json.loads((folder / "card.json").read_text())["config"]
    path = with_card(folder, config=config | {name: value})
    # Nothing of that size is ever asked of the machine: the card alone is read.
    refused(lambda: load_model(folder), path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", 2),
        ("fields", ["trauma"]),
        ("config", None),
        ("config", []),
        ("name", 5),
        ("licence", None),
        ("non_commercial", "false"),
        ("provisional", 0),
        ("guidance", math.nan),
        ("guidance", math.inf),
        ("guidance", 11),
        ("guidance", "2"),
        ("guidance", True),
        ("steps", -1),
        ("tokens", 10**400),
        ("minutes", math.inf),
        ("lineage", "EMOPIA"),
        ("lineage", [1]),
        ("sources", None),
        ("metrics", {"validation": math.nan}),
        ("metrics", {"validation": "good"}),
        ("metrics", [1]),
        ("notes", {"a": 1}),
    ],
)
def test_a_card_with_an_impossible_value(folder: Path, name: str, value: object) -> None:
    path = with_card(folder, **{name: value})
    refused(lambda: read_card(folder), path)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "5", '"card"', "\xff\xfe", "{}"])
def test_a_card_that_is_no_card(folder: Path, text: str) -> None:
    path = folder / "card.json"
    path.write_bytes(text.encode("latin-1"))
    refused(lambda: read_card(folder), path)


def test_a_card_of_a_larger_network_than_the_weights(folder: Path) -> None:
    path = folder / "card.json"
    card = json.loads(path.read_text())
    card["config"]["layers"] = 48
    card["config"]["width"] = 2048
    path.write_text(json.dumps(card))
    refused(lambda: load_model(folder), folder / "weights.safetensors")


def test_unknown_words_of_a_later_card_are_passed_over(folder: Path) -> None:
    with_card(folder, heard_by="nobody")
    assert load_model(folder).name == "tiny"


def test_the_names_and_shapes_of_weights_are_those_of_every_checkpoint() -> None:
    shapes = {key: tuple(t.shape) for key, t in Composer(tiny_config()).state_dict().items()}
    assert shapes == {
        "transformer.embedding.weight": (320, 16),
        "transformer.hole_embedding.weight": (18, 16),
        "transformer.norm.weight": (16,),
        "transformer.blocks.0.attention_norm.weight": (16,),
        "transformer.blocks.0.attention_in.weight": (48, 16),
        "transformer.blocks.0.attention_out.weight": (16, 16),
        "transformer.blocks.0.feed_norm.weight": (16,),
        "transformer.blocks.0.feed_in.weight": (64, 16),
        "transformer.blocks.0.feed_out.weight": (16, 32),
        "conditioner.input.weight": (256, 315),
        "conditioner.input.bias": (256,),
        "conditioner.middle.weight": (256, 256),
        "conditioner.middle.bias": (256,),
        "conditioner.output.weight": (64, 256),
        "conditioner.output.bias": (64,),
    }


def test_loading_leaves_the_compiler_of_torch_alone(folder: Path) -> None:
    """Its import would take longer than everything else that a start does."""
    words = (
        "import sys\n"
        "from pathlib import Path\n"
        "from engine.checkpoint import load_model\n"
        f"load_model(Path({str(folder)!r}))\n"
        "print('torch._dynamo' in sys.modules)\n"
    )
    said = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True)
    assert (said.stdout, said.stderr) == ("False\n", "")
