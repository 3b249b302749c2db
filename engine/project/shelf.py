"""The takes of one cue, each read from its file when somebody wants its notes and kept then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from engine.take import Take


class Unread:
    """A take that lies in a file; it is read once.

    Args:
        read: gives the take, None where its file is missing or broken by now.
    """

    __slots__ = ("_found", "_read", "_source")

    def __init__(self, read: Callable[[], Take | None]) -> None:
        self._source = read
        self._read: Callable[[], Take | None] | None = read
        self._found: Take | None = None

    @property
    def waits(self) -> bool:
        """Whether nobody wanted it yet."""
        return self._read is not None

    def take(self) -> Take | None:
        """The take; read now where it was not."""
        if self._read is not None:
            self._found, self._read = self._read(), None
        return self._found

    def look_again(self) -> None:
        """Look for the file once more when the take is wanted, where it was not found."""
        if self._found is None:
            self._read = self._source


class Shelf(Mapping[str, Take]):
    """Takes by their ids; it never changes, but for what was read.

    Its ids are those of files that were there; one that turns out to be broken has no take.
    """

    __slots__ = ("_held",)

    def __init__(self, held: Mapping[str, Take | Unread]) -> None:
        self._held = dict(held)

    @classmethod
    def of(cls, takes: Mapping[str, Take]) -> Shelf:
        return takes if isinstance(takes, Shelf) else cls(takes)

    def with_take(self, take_id: str, take: Take | Unread) -> Shelf:
        """This shelf with one more; nothing is read for it."""
        return Shelf({**self._held, take_id: take})

    def without(self, take_id: str) -> Shelf:
        return Shelf({key: value for key, value in self._held.items() if key != take_id})

    def held(self, take_id: str) -> Take | Unread | None:
        """What lies there for a take, as it lies there."""
        return self._held.get(take_id)

    def read_all(self) -> tuple[str, ...]:
        """Read every take that nobody wanted yet, and look again for those that were not found.

        Returns:
            The ids of those that have no music even so.
        """
        self.look_again()
        return tuple(
            key
            for key, each in self._held.items()
            if isinstance(each, Unread) and each.take() is None
        )

    def look_again(self) -> None:
        """Let what was not found be looked for when it is wanted next."""
        for each in self._held.values():
            if isinstance(each, Unread):
                each.look_again()

    @property
    def waiting(self) -> int:
        """How many were not read yet."""
        return sum(isinstance(each, Unread) and each.waits for each in self._held.values())

    def __getitem__(self, take_id: str) -> Take:
        held = self._held[take_id]
        take = held.take() if isinstance(held, Unread) else held
        if take is None:
            raise KeyError(take_id)
        return take

    def __contains__(self, take_id: object) -> bool:
        return take_id in self._held

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        if self is other:
            return True
        if self.keys() != other.keys():
            return False
        return all(self._same(other, each) for each in self._held)

    __hash__ = None  # type: ignore[assignment]

    def _same(self, other: Mapping[str, Take], take_id: str) -> bool:
        theirs = other.held(take_id) if isinstance(other, Shelf) else None
        return self._held[take_id] is theirs or self.get(take_id) == other.get(take_id)
