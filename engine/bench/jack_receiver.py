"""A MIDI receiver in a process of its own: `python -m engine.bench.jack_receiver SOURCE [once]`.

It connects every JACK output whose full name begins as the pattern SOURCE says, as soon as it
appears (with `once` only the first that appears), and prints one JSON list a message: the moment
on the machine's monotonic clock in seconds, and the bytes.
"""

from __future__ import annotations

import errno
import json
import queue
import signal
import sys
import time

import jack

NAME = "recorder"


def main(source: str, once: bool) -> None:
    client = jack.Client(NAME, no_start_server=True)
    port = client.midi_inports.register("in")
    received: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()

    def process(frames: int) -> None:
        now = time.perf_counter()
        for offset, data in port.incoming_midi_events():
            received.put((now + offset / rate, bytes(data)))

    client.set_process_callback(process)
    rate = client.samplerate
    joined = False
    with client:
        print(json.dumps("ready"), flush=True)
        while True:
            while not received.empty():
                moment, data = received.get()
                print(json.dumps([moment, *data]), flush=True)
            if not (joined and once):
                joined = _join(client, port, source) or joined
            time.sleep(0.005)


def _join(client: jack.Client, port: jack.OwnMidiPort, source: str) -> bool:
    connected = {peer.name for peer in port.connections}
    joined = False
    for output in client.get_ports(f"^{source}", is_midi=True, is_output=True):
        if output.name not in connected:
            try:
                client.connect(output, port)
            except jack.JackErrorCode as error:
                # JACK shows a connection a period later, and may lose a port that it still shows.
                if error.code != errno.EEXIST:
                    continue
            joined = True
    return joined


if __name__ == "__main__":
    # A client that leaves without a word keeps its server waiting for seconds.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    main(sys.argv[1], "once" in sys.argv[2:])
