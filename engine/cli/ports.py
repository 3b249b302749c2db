"""`psychoscore ports`: the MIDI ports that music can be played into."""

from __future__ import annotations

import argparse
import json
import sys

from engine.cli.playback import Playback
from engine.playing.protocol import PORT_NAME, PortsListed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one object a line")


def run(args: argparse.Namespace) -> int:
    with Playback() as playback:
        playback.client.list_ports()
        listed = playback.wait_for(PortsListed)
    rows = [(PORT_NAME, "virtual")] if listed.virtual else []
    rows += [(name, "named") for name in listed.names]
    for name, kind in rows:
        if args.json:
            print(json.dumps({"name": name, "kind": kind}, ensure_ascii=False))
        else:
            print(f"{name}  (made by --virtual)" if kind == "virtual" else name)
    if listed.sentence:
        print(listed.sentence, file=sys.stderr)
    return 0
