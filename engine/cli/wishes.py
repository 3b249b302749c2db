"""The words in which a wish for music is typed, and the request that they make.

What is not typed comes from the project's cue, then from the resolved configuration.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from engine.cli.picture import add_picture_arguments, with_picture
from engine.config.layers import builtin_presets, default_user_folder, read_user_settings, resolve
from engine.config.own import OwnSettings
from engine.config.schema import Settings
from engine.errors import PsychoscoreError
from engine.lanes import Lane, Lanes
from engine.profile import Profile, parse_rsi
from engine.project.cue import Cue, new_cue
from engine.score import Key, Metre, Score, TempoMap
from engine.take import MAXIMUM_BARS, MAXIMUM_TAKES, GenerationRequest


def add_wish_arguments(
    parser: argparse.ArgumentParser, *, length: bool = True, time: bool = True
) -> None:
    """Declare profile, music and sampling options.

    Args:
        length: with the number of bars.
        time: with tempo and time signature.
    """
    feeling = parser.add_argument_group("how it feels")
    feeling.add_argument("--trauma", type=float, metavar="0..1", help="calm to wounded")
    feeling.add_argument("--entropy", type=float, metavar="0..1", help="still to agitated")
    feeling.add_argument(
        "--rsi", type=_said(parse_rsi), metavar="A+Bj", help="return and estrangement"
    )
    feeling.add_argument(
        "--lane",
        type=_said(Lane.parse),
        action="append",
        default=[],
        metavar="NAME=BAR:VALUE,...",
        help="one dimension over the bars, such as trauma=1:0.1,9:0.9",
    )
    feeling.add_argument("--preset", metavar="NAME", help="tragedy, comedy, experimental or yours")
    music = parser.add_argument_group("music")
    if length:
        music.add_argument("--bars", type=int, metavar="N")
    if time:
        music.add_argument("--tempo", type=float, metavar="BPM", help="quarter notes a minute")
        music.add_argument("--time-signature", type=_said(Metre.parse), metavar="N/D")
    music.add_argument(
        "--key", type=_said(Key.parse), metavar="D|Dm|DM", help="tonic, or tonic and mode"
    )
    music.add_argument(
        "--attribute",
        type=_said(_attribute),
        action="append",
        default=[],
        metavar="NAME=0..1",
        help="rank of a bar attribute, such as onset_rate=0.1",
    )
    music.add_argument("--texture", metavar="NAME", help="such as drone or chorale")
    drawing = parser.add_argument_group("how it is drawn")
    drawing.add_argument("--seed", type=int, metavar="N")
    drawing.add_argument("--takes", type=int, default=1, metavar="N")
    drawing.add_argument("--guidance", type=float, metavar="G")
    drawing.add_argument("--top-p", type=float, metavar="P")
    drawing.add_argument("--fixed-temperature", type=float, metavar="T")
    add_picture_arguments(parser)
    place = parser.add_argument_group("project")
    place.add_argument("--project", type=Path, metavar="DIR", help="take settings from a project")
    place.add_argument("--cue", metavar="NUMBER", help="take lanes and music from a cue of it")


def _said(parse: Callable[[str], object]) -> Callable[[str], object]:
    """argparse shows what an ArgumentTypeError says, and nothing of a ValueError."""

    def typed(text: str) -> object:
        try:
            return parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return typed


def _attribute(text: str) -> tuple[str, float]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"{text!r} is not an attribute such as onset_rate=0.1")
    return name.strip(), float(value)


def requests(args: argparse.Namespace) -> tuple[GenerationRequest, ...]:
    """One request for each take that is wished for.

    Raises:
        PsychoscoreError: a value is out of range, or project, cue or preset is not there.
    """
    settings, cue = _asked(args)
    wish = with_picture(_override(cue.request(settings), args, settings), args)
    return _numbered(wish, args)


def requests_within(
    args: argparse.Namespace, profile: Profile, music: Score
) -> tuple[GenerationRequest, ...]:
    """One request for each take that is wished for within some music.

    Args:
        profile: of that music: what neither words nor project nor preset say stays like it.
        music: its metres, tempo and key hold.

    Raises:
        PsychoscoreError: as `requests`.
    """
    settings, cue = _asked(args)
    wish = cue.request(settings)
    if args.preset is None and args.project is None:
        wish = replace(wish, lanes=Lanes(profile))
    wish = _feeling(wish, args)
    key, metres = music.key, music.metres
    wish = replace(wish, metres=metres, tempo_map=music.tempo_map, key=key, mode=None)
    return _numbered(with_picture(wish, args), args)


def _numbered(wish: GenerationRequest, args: argparse.Namespace) -> tuple[GenerationRequest, ...]:
    if not 1 <= args.takes <= MAXIMUM_TAKES:
        raise PsychoscoreError(f"{args.takes} takes asked for; 1 to {MAXIMUM_TAKES} are allowed.")
    return tuple(replace(wish, take=take) for take in range(args.takes))


def default_model(args: argparse.Namespace) -> str:
    """The model that project, user or preset choose where none is typed.

    Raises:
        PsychoscoreError: project, cue or preset is not there.
    """
    return _asked(args)[0].generation.model


def _asked(args: argparse.Namespace) -> tuple[Settings, Cue]:
    own, cue = _project(args)
    if args.preset is not None:
        own = own.with_value("preset", args.preset)
    user = read_user_settings(default_user_folder())
    return resolve(own, user, builtin_presets()).settings, cue


def _project(args: argparse.Namespace) -> tuple[OwnSettings, Cue]:
    if args.project is None:
        if args.cue is not None:
            raise PsychoscoreError("A cue can only be named together with its --project.")
        return OwnSettings(), new_cue("1M1")
    from engine.project.folder import open_project

    state = open_project(args.project)
    if args.cue is None:
        return state.settings, new_cue("1M1")
    cue = state.cue_numbered(args.cue)
    if cue is None:
        known = ", ".join(each.number for each in state.cues) or "none"
        raise PsychoscoreError(f"{args.project} has no cue {args.cue}.", f"Its cues: {known}.")
    return state.settings, cue


def _override(
    wish: GenerationRequest, args: argparse.Namespace, settings: Settings
) -> GenerationRequest:
    wish = _feeling(wish, args)
    metres = wish.metres
    if args.time_signature is not None:
        metres = (args.time_signature,) * len(metres)
    if args.bars is not None:
        if not 1 <= args.bars <= MAXIMUM_BARS:
            raise PsychoscoreError(f"{args.bars} bars asked for; 1 to {MAXIMUM_BARS} are allowed.")
        metres = (*metres, *(metres[-1:] * max(args.bars - len(metres), 0)))[: args.bars]
    changes: dict[str, object] = {"metres": metres}
    if args.tempo is not None:
        changes["tempo_map"] = TempoMap(((0, args.tempo),))
    if args.key is not None:
        # As in a cue: a key without mode takes that of the configuration, such as a preset's.
        changes |= {"key": settings.with_mode(args.key), "mode": None}
    return replace(wish, **changes)  # type: ignore[arg-type]


def _feeling(wish: GenerationRequest, args: argparse.Namespace) -> GenerationRequest:
    """The wish with what is typed of feeling and drawing."""
    profile = wish.lanes.profile
    for name in ("trauma", "entropy"):
        if getattr(args, name) is not None:
            profile = profile.replace(name, getattr(args, name))
    if args.rsi is not None:
        profile = replace(profile, rsi=args.rsi)
    lanes = replace(wish.lanes, profile=profile)
    for lane in args.lane:
        lanes = lanes.with_lane(lane.name, lane)
    changes: dict[str, object] = {"lanes": lanes}
    if args.attribute:
        changes["attributes"] = tuple(sorted(dict([*wish.attributes, *args.attribute]).items()))
    for name in ("texture", "seed", "guidance", "top_p", "fixed_temperature"):
        if getattr(args, name) is not None:
            changes[name] = getattr(args, name)
    return replace(wish, **changes)  # type: ignore[arg-type]
