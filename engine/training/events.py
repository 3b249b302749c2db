"""What happens in a training run, as frozen events, and their one-line JSON form.

Knows no network, so that a window can follow a run without loading one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class StepDone:
    """`loss` in nats a token; `speed` in tokens a second; `minutes` over the whole run."""

    step: int
    steps: int
    loss: float
    rate: float
    speed: float
    minutes: float


@dataclass(frozen=True, slots=True)
class ContrastStepDone(StepDone):
    """A step of the encoders: `loss` in nats an anchor, `speed` in excerpts a second.

    Args:
        mined: of the candidates that are no positives, the share that was mined as hard.
    """

    mined: float


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Validation of the averaged weights, nothing told: nats per note and per token by source."""

    step: int
    per_note: dict[str, float]
    per_token: dict[str, float]


@dataclass(frozen=True, slots=True)
class CheckpointSaved:
    """The state to go on from was written, and the checkpoint of this step."""

    step: int
    folder: str


@dataclass(frozen=True, slots=True)
class StageBegan:
    """A chain of stages has come to one of them, or goes on in it: the `stage`-th of `stages`."""

    step: int
    stage: int
    stages: int
    name: str


@dataclass(frozen=True, slots=True)
class TrainingEnded:
    """`reason` is `finished`, `time`, `cancelled` or `diverged`; `step` is the one to go on from.

    A run diverges where a loss or a gradient is no number any more.
    """

    step: int
    reason: str


@dataclass(frozen=True, slots=True)
class StepsHeldUp:
    """The machine held up so many steps; so many minutes of theirs do not count as training."""

    step: int
    steps: int
    minutes: float


TrainingEvent = StepsHeldUp | StageBegan | StepDone | Evaluated | CheckpointSaved | TrainingEnded


@dataclass(frozen=True, slots=True)
class RunBegan:
    """A process took the run over at `step`: what the journal says of later steps is void.

    `verdict` is what the run's settings say of it, 0 where no comparison follows.
    """

    step: int
    steps: int
    minutes: float
    pid: int
    verdict: int = 0


@dataclass(frozen=True, slots=True)
class RunPaused:
    step: int


@dataclass(frozen=True, slots=True)
class RunContinued:
    step: int


@dataclass(frozen=True, slots=True)
class CheckpointKept:
    """A checkpoint was put aside; `reason` is `best`, `asked` or `last`."""

    step: int
    folder: str
    reason: str


@dataclass(frozen=True, slots=True)
class RunFailed:
    """The run broke off; `sentence` is for the user."""

    step: int
    sentence: str


@dataclass(frozen=True, slots=True)
class CoherenceMeasured:
    """Contrastive space on held-out music: mean cosine of a profile with music that was written
    for it (`same`) and for another (`different`)."""

    step: int
    same: float
    different: float


@dataclass(frozen=True, slots=True)
class JudgingMoved:
    """Old and new model are being compared: so many clips of all are composed."""

    step: int
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Judged:
    """Old and new model on the same held-out requests. `engine.training.verdict` reads it.

    Args:
        old, new: name of the model before, and of the one that was trained.
        checkpoint: step of the checkpoint that was judged.
        old_control, new_control: Spearman of asked against measured, by dimension.
        old_loss, new_loss: nats a note on the held-out pieces; None where there are none.
        old_distance, new_distance: mean distance (0 to 1) of the attributes of what is composed
            from those of the data; None where nothing could be compared.
        clips: composed by each of the two.
    """

    step: int
    old: str
    new: str
    checkpoint: int
    old_control: dict[str, float]
    new_control: dict[str, float]
    old_loss: float | None
    new_loss: float | None
    old_distance: float | None
    new_distance: float | None
    clips: int
    seconds: float


@dataclass(frozen=True, slots=True)
class JudgingFailed:
    """There is no verdict; `sentence` says why. The checkpoints are whole all the same."""

    step: int
    sentence: str


RunEvent = (
    TrainingEvent
    | RunBegan
    | RunPaused
    | RunContinued
    | CheckpointKept
    | RunFailed
    | CoherenceMeasured
    | JudgingMoved
    | Judged
    | JudgingFailed
)

EVENT_KINDS: Mapping[str, type] = MappingProxyType(
    {
        "began": RunBegan,
        "stage": StageBegan,
        "step": StepDone,
        "contrast": ContrastStepDone,
        "held_up": StepsHeldUp,
        "evaluated": Evaluated,
        "saved": CheckpointSaved,
        "kept": CheckpointKept,
        "paused": RunPaused,
        "continued": RunContinued,
        "ended": TrainingEnded,
        "failed": RunFailed,
        "coherence": CoherenceMeasured,
        "judging": JudgingMoved,
        "judged": Judged,
        "unjudged": JudgingFailed,
    }
)
_KIND_OF = MappingProxyType({kind: word for word, kind in EVENT_KINDS.items()})


@dataclass(frozen=True, slots=True)
class Noted:
    """An event and when it was written, in seconds since 1970."""

    at: float
    event: RunEvent


def event_line(event: RunEvent, at: float) -> str:
    """One JSON object without a line break; numbers that JSON does not know are null."""
    row = {"event": _KIND_OF[type(event)], "at": round(at, 3), **asdict(event)}
    return json.dumps({key: _plain(value) for key, value in row.items()}, allow_nan=False)


def parse_line(line: str) -> Noted | None:
    """The event of a line; None for a line that was cut off or that a later version wrote."""
    try:
        row = json.loads(line)
        kind = EVENT_KINDS[row["event"]]
        values: dict[str, Any] = {
            each.name: row[each.name]
            for each in fields(kind)
            if each.default is MISSING or each.name in row
        }
        return Noted(float(row["at"]), kind(**values))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
