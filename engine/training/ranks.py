"""Processes that train one network together, as `torchrun` starts them, on one host or several.

Each draws its part of the same batch; gradients are averaged by torch's own
`DistributedDataParallel`. The first process leads: it alone saves, evaluates and tells, and the
others hear from it. A process by itself needs none of this and pays nothing for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from engine.errors import PsychoscoreError

# A paused run keeps the others waiting; one that died is noticed by its closed connection.
_PATIENCE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Ranks:
    """This process among `size` that train together; `local` of `local_size` on its host."""

    rank: int = 0
    size: int = 1
    local: int = 0
    local_size: int = 1

    @classmethod
    def told(cls) -> Ranks:
        """As the environment says it, which `torchrun` sets; alone where it says nothing."""
        names = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE")
        try:
            rank, size, local, here = (int(os.environ[name]) for name in names)
        except (KeyError, ValueError):
            return cls()
        return cls(rank, size, local, here)

    @property
    def leads(self) -> bool:
        return self.rank == 0

    @contextmanager
    def joined(self) -> Iterator[None]:
        """Meet the others, and part from them at the end.

        Raises:
            PsychoscoreError: they cannot be met.
        """
        if self.size == 1:
            yield
            return
        # Words go over gloo even where gradients go over nccl: they are a few numbers.
        backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo"
        try:
            dist.init_process_group(backend, timeout=_PATIENCE)
        except (RuntimeError, ValueError) as error:
            raise PsychoscoreError(f"The other processes cannot be reached: {error}.") from error
        try:
            yield
        finally:
            dist.destroy_process_group()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Within it, torch's errors about a lost connection become a sentence."""
        try:
            yield
        except RuntimeError as error:
            if self.size == 1:
                raise
            raise PsychoscoreError(
                "Another process of this training has ended; so does this one."
            ) from error

    def part(self, count: int) -> tuple[int, int]:
        """First and number of what this process does of `count` things.

        Raises:
            PsychoscoreError: there is not one for each process.
        """
        if count < self.size:
            raise PsychoscoreError(
                f"Training settings: a batch of {count} windows has no work for {self.size} "
                f"processes."
            )
        share, rest = divmod(count, self.size)
        return self.rank * share + min(self.rank, rest), share + (self.rank < rest)

    def sums(self, values: Sequence[float]) -> list[float]:
        """The sum of each number over all processes, the same in each of them.

        Raises:
            PsychoscoreError: another process is gone.
        """
        if self.size == 1:
            return list(values)
        numbers = torch.tensor(values, dtype=torch.float64)
        with self.watched():
            dist.all_reduce(numbers)
        return [float(number) for number in numbers]

    def hear(self, text: str) -> str:
        """The text of the leader, in every process; what the others pass is not read.

        Raises:
            PsychoscoreError: another process is gone.
        """
        if self.size == 1:
            return text
        data = bytearray(text.encode())
        length = torch.tensor([len(data)])
        with self.watched():
            dist.broadcast(length, 0)
            said = torch.zeros(int(length), dtype=torch.uint8)
            if self.leads and data:
                said = torch.frombuffer(data, dtype=torch.uint8)
            if len(said):
                dist.broadcast(said, 0)
        return bytes(said.tolist()).decode()

    def together(self, network: nn.Module, device: torch.device) -> nn.Module:
        """The network with its gradients averaged over all processes."""
        if self.size == 1:
            return network
        own = [device] if device.type == "cuda" else None
        with self.watched():
            return DistributedDataParallel(network, device_ids=own, forward_sync_buffers=False)

    def device(self, wanted: str) -> torch.device:
        """The device of this process.

        Args:
            wanted: `auto` for the best there is, or `cpu`, `cuda`, `mps`.

        Raises:
            PsychoscoreError: this computer has no such device, or not one for each process.
        """
        cuda, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
        if wanted == "auto":
            wanted = "cuda" if cuda else "mps" if mps and self.size == 1 else "cpu"
        if (wanted == "cuda" and not cuda) or (wanted == "mps" and not mps):
            raise PsychoscoreError(
                f"This computer has no {wanted} device to train on.", "Take `device: auto`."
            )
        if wanted == "cuda" and self.local >= torch.cuda.device_count():
            raise PsychoscoreError(
                f"This computer has {torch.cuda.device_count()} GPUs for {self.local_size} "
                f"processes.",
                "Start one process for each GPU.",
            )
        return torch.device(wanted, self.local) if wanted == "cuda" else torch.device(wanted)

    def threads(self, wanted: int) -> int:
        """Threads of this process: those wanted, or its part of all cores but one."""
        return wanted or max(((os.cpu_count() or 2) - 1) // self.local_size, 1)
