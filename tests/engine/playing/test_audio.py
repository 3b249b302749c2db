"""Preview sound: which SoundFont, what is said without one, and that it really sounds."""

from __future__ import annotations

import time
from pathlib import Path

import jack
import pytest

from engine.errors import PsychoscoreError
from engine.playing.audio import find_soundfont, open_fluid
from tests.jack_server import JackServer


def test_a_gpl_soundfont_is_never_the_default(tmp_path: Path) -> None:
    for name in ("TimGM6mb.sf2", "default-GM.sf2", "default-GM.sf3"):
        (tmp_path / name).touch()
    with pytest.raises(PsychoscoreError, match="fluidr3mono-gm-soundfont"):
        find_soundfont([str(tmp_path)])


def test_the_best_one_wins_wherever_it_is(tmp_path: Path) -> None:
    near, far = tmp_path / "near", tmp_path / "far"
    for folder, name in ((near, "FluidR3_GM.sf2"), (far, "FluidR3Mono_GM.sf3")):
        folder.mkdir()
        (folder / name).touch()
    assert find_soundfont([str(near), str(far)]) == far / "FluidR3Mono_GM.sf3"


def test_no_device_is_one_sentence() -> None:
    with pytest.raises(PsychoscoreError, match="no audio device"):
        open_fluid(None, drivers=())


def test_a_text_file_is_no_soundfont(tmp_path: Path, jack_server: JackServer) -> None:
    broken = tmp_path / "broken.sf2"
    broken.write_text("no sound")
    with pytest.raises(PsychoscoreError, match=r"broken\.sf2"):
        open_fluid(str(broken), drivers=("jack",))


def test_a_note_is_heard(jack_server: JackServer) -> None:
    listener = jack.Client("ear", no_start_server=True)
    ear = listener.inports.register("in")
    loudest = [0.0]

    @listener.set_process_callback
    def process(frames: int) -> None:
        samples = memoryview(ear.get_buffer()).cast("f")
        loudest[0] = max(loudest[0], max(samples), -min(samples))

    sound = open_fluid(None, drivers=("jack",))
    with listener:
        listener.connect("PSYCHOSCORE preview:left", ear)
        time.sleep(0.1)
        assert loudest[0] < 0.001
        sound.send(b"\x90\x3c\x64")
        deadline = time.monotonic() + 10
        while loudest[0] < 0.01 and time.monotonic() < deadline:
            time.sleep(0.01)
        sound.send(b"\x80\x3c\x40")
        sound.close()
        while listener.get_ports("PSYCHOSCORE preview") and time.monotonic() < deadline:
            time.sleep(0.01)
    assert loudest[0] >= 0.01
