"""The n-gram against a plain recursive count of the same formula."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest

from engine.evaluation.ngram import NGram


class PlainKneserNey:
    """Modified Kneser-Ney as the formula is written, with dictionaries."""

    def __init__(self, stream: list[int], vocabulary: int, order: int) -> None:
        self.vocabulary, self.order = vocabulary, order
        grams = [tuple(stream[i : i + order]) for i in range(len(stream) - order + 1)]
        self.counts: dict[int, Counter[tuple[int, ...]]] = {order: Counter(grams)}
        for length in range(order - 1, 0, -1):
            self.counts[length] = Counter(gram[1:] for gram in self.counts[length + 1])
        self.discounts = {n: self._discounts(counts) for n, counts in self.counts.items()}
        self.followers: dict[tuple[int, ...], dict[int, int]] = defaultdict(dict)
        for counts in self.counts.values():
            for gram, count in counts.items():
                self.followers[gram[:-1]][gram[-1]] = count

    @staticmethod
    def _discounts(counts: Counter[tuple[int, ...]]) -> tuple[float, ...]:
        n = [sum(count == k for count in counts.values()) for k in range(5)]
        if not all(n[1:]):
            return (0.0, 0.5, 1.0, 1.5)
        y = n[1] / (n[1] + 2 * n[2])
        found = [k - (k + 1) * y * n[k + 1] / n[k] for k in (1, 2, 3)]
        return (0.0, *(min(max(d, 0.0), k) for k, d in zip((1, 2, 3), found, strict=True)))

    def probability(self, context: tuple[int, ...], token: int) -> float:
        shorter = self.probability(context[1:], token) if context else 1 / self.vocabulary
        followers = self.followers.get(context)
        if not followers:
            return shorter
        discounts = self.discounts[len(context) + 1]
        total = sum(followers.values())
        count = followers.get(token, 0)
        free = sum(discounts[min(each, 3)] for each in followers.values())
        return (count - discounts[min(count, 3)] + free * shorter) / total


def stream(length: int, kinds: int, seed: int) -> np.ndarray:
    """Tokens that lean on the one before, so that every order has something to say."""
    rng = np.random.default_rng(seed)
    tokens = [0]
    for _ in range(length - 1):
        tokens.append(int((tokens[-1] * 2 + rng.integers(3)) % kinds))
    return np.array(tokens, dtype=np.uint16)


@pytest.mark.parametrize(("length", "kinds", "order"), [(3000, 9, 5), (40, 30, 5), (500, 4, 2)])
def test_probabilities_equal_the_plain_count(length: int, kinds: int, order: int) -> None:
    trained, heard = stream(length, kinds, 1), stream(60, kinds, 2)
    plain = PlainKneserNey([int(t) for t in trained], kinds, order)
    wanted = [
        plain.probability(tuple(int(t) for t in heard[at - order + 1 : at]), int(heard[at]))
        for at in range(order - 1, len(heard))
    ]
    found = NGram(trained, kinds, order).probabilities(heard)
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


def test_probabilities_of_all_tokens_sum_to_one() -> None:
    model = NGram(stream(2000, 7, 1), 7)
    for context in ([1, 2, 4, 1], [6, 6, 6, 6]):
        every = np.concatenate([[*context, token] for token in range(7)])
        assert model.probabilities(every)[::5].sum() == pytest.approx(1.0)


def test_keys_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        NGram(np.zeros(100, dtype=np.uint16), 40_000, 5)
    with pytest.raises(ValueError, match="fewer than the order"):
        NGram(np.zeros(3, dtype=np.uint16), 10, 5)
