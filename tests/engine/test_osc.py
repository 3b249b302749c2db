"""OSC in: the table, clamped values, the limit, and real datagrams on the loopback."""

from __future__ import annotations

import queue
import socket
import struct
from collections.abc import Iterator

import pytest
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from engine.errors import PsychoscoreError
from engine.osc import (
    ADDRESSES,
    HOST,
    OscInput,
    OscWish,
    Rate,
    SliderWish,
    WordWish,
    wish_of,
    wishes_in,
)


@pytest.mark.parametrize(
    ("address", "arguments", "wish"),
    [
        ("/psychoscore/trauma", [0.7], SliderWish("trauma", 0.7)),
        ("/psychoscore/trauma", [3], SliderWish("trauma", 1.0)),
        ("/psychoscore/entropy", [-1.0], SliderWish("entropy", 0.0)),
        ("/psychoscore/rsi_real", [-9.0], SliderWish("rsi_real", -1.0)),
        ("/psychoscore/rsi_imaginary", [0], SliderWish("rsi_imaginary", 0.0)),
        ("/psychoscore/go", [], WordWish("go")),
        ("/psychoscore/play", [1], WordWish("play")),
        ("/psychoscore/stop", [True], WordWish("stop")),
        ("/psychoscore/generate", [1.0], WordWish("generate")),
    ],
)
def test_the_table(address: str, arguments: list[object], wish: OscWish) -> None:
    assert wish_of(address, arguments) == wish


@pytest.mark.parametrize(
    ("address", "arguments"),
    [
        ("/psychoscore/trauma", []),
        ("/psychoscore/trauma", ["0.7"]),
        ("/psychoscore/trauma", [True]),
        ("/psychoscore/trauma", [float("nan")]),
        ("/psychoscore/trauma", [float("inf")]),
        ("/psychoscore/trauma", [0.1, 0.2]),
        ("/psychoscore/go", [0]),
        ("/psychoscore/go", [0.0]),
        ("/psychoscore/go", [False]),
        ("/psychoscore/go", ["now"]),
        ("/psychoscore/open", ["/etc/passwd"]),
        ("/psychoscore/*", [1]),
        ("trauma", [0.5]),
    ],
)
def test_what_is_not_in_the_table_is_not_heard(address: str, arguments: list[object]) -> None:
    assert wish_of(address, arguments) is None


def test_no_more_than_so_many_a_second() -> None:
    now = 10.0
    rate = Rate(5, lambda: now)
    assert [rate.allows() for _ in range(7)] == [True] * 5 + [False] * 2
    now += 0.4
    assert [rate.allows() for _ in range(3)] == [True, True, False]
    now += 60.0
    assert sum(rate.allows() for _ in range(20)) == 5


def _message(address: str, *values: float) -> bytes:
    builder = OscMessageBuilder(address)
    for value in values:
        builder.add_arg(value)
    return builder.build().dgram


def test_bundles_are_unpacked() -> None:
    bundle = OscBundleBuilder(IMMEDIATELY)
    inner = OscBundleBuilder(IMMEDIATELY)
    for builder, address in ((inner, "trauma"), (bundle, "entropy")):
        message = OscMessageBuilder(f"/psychoscore/{address}")
        message.add_arg(0.25)
        builder.add_content(message.build())
    bundle.add_content(inner.build())
    assert set(wishes_in(bundle.build().dgram)) == {
        SliderWish("trauma", 0.25),
        SliderWish("entropy", 0.25),
    }


@pytest.mark.parametrize("size", [-4, 0, 2**30])
def test_a_bundle_that_lies_about_its_sizes_is_dropped(size: int) -> None:
    head = b"#bundle\x00" + bytes(7) + b"\x01"
    assert wishes_in(head + struct.pack(">i", size) + _message("/psychoscore/go")) == []


@pytest.mark.parametrize("packet", [b"", b"/", b"hello", b"/psychoscore/trauma", bytes(40)])
def test_noise_is_dropped(packet: bytes) -> None:
    assert wishes_in(packet) == []


def test_a_datagram_beyond_all_measure_is_dropped() -> None:
    assert wishes_in(_message("/psychoscore/trauma", 0.5) + bytes(4000)) == []


@pytest.fixture
def heard() -> queue.Queue[OscWish]:
    return queue.Queue()


@pytest.fixture
def osc(heard: queue.Queue[OscWish]) -> Iterator[OscInput]:
    made = OscInput(heard.put, port=0)
    yield made
    made.close()


def test_real_datagrams_are_heard_in_order(osc: OscInput, heard: queue.Queue[OscWish]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for datagram in (
            _message("/psychoscore/trauma", 0.7),
            _message("/psychoscore/unknown", 1),
            b"no osc at all",
            _message("/psychoscore/go"),
        ):
            sender.sendto(datagram, (HOST, osc.port))
    first, second = heard.get(timeout=10), heard.get(timeout=10)
    assert isinstance(first, SliderWish)
    assert first.value == pytest.approx(0.7, abs=1e-6)
    assert second == WordWish("go")
    assert heard.empty()


def test_a_flood_is_cut(heard: queue.Queue[OscWish]) -> None:
    osc = OscInput(heard.put, port=0, clock=lambda: 5.0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for value in range(260):
            sender.sendto(_message("/psychoscore/entropy", value / 260), (HOST, osc.port))
    heard.get(timeout=10)
    osc.close()
    assert heard.qsize() < 200  # at most 200 in all, and one was taken


def test_it_listens_to_this_machine_alone_and_a_taken_port_is_said(osc: OscInput) -> None:
    assert osc._server.server_address[0] == "127.0.0.1"
    with pytest.raises(PsychoscoreError, match=f"OSC port {osc.port} cannot be opened"):
        OscInput(lambda wish: None, osc.port)


def test_the_addresses_are_those_that_are_told() -> None:
    assert sorted(name.removeprefix("/psychoscore/") for name in ADDRESSES) == [
        "entropy",
        "generate",
        "go",
        "play",
        "rsi_imaginary",
        "rsi_real",
        "stop",
        "trauma",
    ]
