"""`psychoscore export`: takes as MIDI, MusicXML or audio, and a project's spotting notes."""

from __future__ import annotations

import argparse
import contextlib
import json
from dataclasses import replace
from pathlib import Path

from engine.config.layers import builtin_presets, default_user_folder, read_user_settings, resolve
from engine.errors import PsychoscoreError
from engine.midi.file import read_midi
from engine.notation.musicxml import musicxml
from engine.notation.page import write_page
from engine.project.cue import Cue
from engine.project.documents import AUDIO, FORMATS, SPOTTING, ExportWish, export_documents
from engine.project.exports import hand_over, take_name, use_notice
from engine.project.folder import open_project
from engine.project.letters import letter
from engine.project.played import played_takes
from engine.project.spotting import spotting_notes
from engine.project.state import ProjectState
from engine.rendering.export import AudioWish, Piece, Rendered, Rendering, export_audio
from engine.take import Take, parse_provenance


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words of this command."""
    parser.add_argument("file", type=Path, nargs="*", metavar="in.mid", help="for audio or notes")
    parser.add_argument("--format", required=True, choices=FORMATS, help="what to make")
    parser.add_argument("--project", type=Path, metavar="DIR", help="export its takes")
    parser.add_argument("--cue", metavar="NUMBER", help="the cue of the project, such as 1M3")
    parser.add_argument(
        "--take", action="append", metavar="LETTER", help="a take, again for more; else all"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", default=Path(), help="the folder")
    parser.add_argument("--soundfont", type=Path, metavar="FILE", help="another sound")
    parser.add_argument(
        "--without-provenance", action="store_true", help="do not tell how it was made"
    )
    parser.add_argument(
        "--keep-levels", action="store_true", help="do not bring takes to one loudness"
    )
    time = parser.add_mutually_exclusive_group()
    time.add_argument(
        "--performed",
        action="store_true",
        help="takes as they are played, by the performance amount of their cue (the default)",
    )
    time.add_argument(
        "--quantised", action="store_true", help="takes exactly as written; notation always is"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line, nothing else")


def run(args: argparse.Namespace) -> int:
    """Export, and print each file.

    Raises:
        PsychoscoreError: a file, project, cue or take is not there or cannot be exported so.
    """
    wish = ExportWish(
        args.format, not args.without_provenance, not args.keep_levels, not args.quantised
    )
    if args.project is not None:
        _from_project(args, wish)
    elif args.cue or args.take:
        raise PsychoscoreError("Cues and takes can only be named together with their --project.")
    elif not args.file:
        raise PsychoscoreError("Nothing to export.", "Name MIDI files, or a --project.")
    elif wish.format in AUDIO:
        _audio(args, wish, [_piece(path) for path in args.file])
    elif wish.format == "musicxml":
        for path in args.file:
            piece = _piece(path)
            content = musicxml(write_page(piece.score), piece.name, piece.notice)
            _say(args, hand_over(content, args.out, piece.name, ".musicxml"))
    else:
        raise PsychoscoreError(
            f"A file alone cannot be exported as {wish.format}.", "Name a --project and a --cue."
        )
    return 0


def _piece(path: Path) -> Piece:
    read = read_midi(path)
    notice = ""
    if read.provenance is not None:
        # What somebody else left there says nothing about us.
        with contextlib.suppress(PsychoscoreError):
            notice = use_notice(parse_provenance(read.provenance))
    return Piece(path.stem, read.score, notice or read.notice)


def _from_project(args: argparse.Namespace, wish: ExportWish) -> None:
    state = open_project(args.project)
    user = read_user_settings(default_user_folder())
    settings = resolve(state.settings, user, builtin_presets()).settings
    if wish.format == SPOTTING:
        content = spotting_notes(state.cues, settings)
        _say(args, hand_over(content, args.out, f"{state.name} spotting notes", ".csv"))
        return
    cue = state.cue_numbered(args.cue or "")
    if cue is None:
        known = ", ".join(each.number for each in state.cues) or "none"
        wanted = f"no cue {args.cue}" if args.cue else "several cues; say which by --cue"
        raise PsychoscoreError(f"{args.project} has {wanted}.", f"Its cues: {known}.")
    takes = played_takes(_takes(args, state, cue), cue, settings, wish)
    tempo = cue.resolved_tempo(settings)
    if wish.format in AUDIO:
        pieces = [
            Piece(
                take_name(cue, name),
                replace(take.score, tempo_map=tempo),
                use_notice(take.provenance),
            )
            for name, take in takes
        ]
        _audio(args, wish, pieces)
        return
    for path in export_documents(takes, tempo, cue, args.out, wish):
        _say(args, path)


def _takes(args: argparse.Namespace, state: ProjectState, cue: Cue) -> list[tuple[str, Take]]:
    """The takes that are meant, by letter."""
    there = {
        letter(index): take
        for index, label in enumerate(cue.takes)
        if (take := state.take(cue.id, label.id)) is not None
    }
    wanted = [name.upper() for name in args.take or there]
    for name in wanted:
        if name not in there:
            known = ", ".join(there) or "none"
            raise PsychoscoreError(f"{cue.number} has no take {name}.", f"Its takes: {known}.")
    if not wanted:
        raise PsychoscoreError(f"{cue.number} has no takes yet.", "Compose one first.")
    return [(name, there[name]) for name in wanted]


def _audio(args: argparse.Namespace, wish: ExportWish, pieces: list[Piece]) -> None:
    asked = AudioWish(wish.format, wish.matched, args.soundfont)
    for event in export_audio(pieces, args.out, asked):
        match event:
            case Rendering(name, share) if args.json:
                _print({"event": "rendering", "name": name, "share": round(share, 4)})
            case Rendered():
                _say(
                    args,
                    event.path,
                    lufs=round(event.lufs, 2),
                    peak=round(event.peak, 2),
                    seconds=round(event.seconds, 2),
                )


def _say(args: argparse.Namespace, path: Path, **more: float) -> None:
    if args.json:
        _print({"event": "written", "path": str(path), **more})
    else:
        told = f", {more['lufs']:.1f} LUFS, {more['seconds']:.1f} s" if more else ""
        print(f"{path}{told}")


def _print(row: dict[str, object]) -> None:
    print(json.dumps(row, allow_nan=False), flush=True)
