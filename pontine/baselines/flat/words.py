"""Sentences as ids, with the brain's kind of tokenizer."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerBase

from body.contract.errors import RangeError
from brain.tokenizer import train_tokenizer
from episodes.splits import FLAT_SENTENCES, TRAIN_PAIRS
from episodes.vocabulary import COLOURS, KINDS
from pontine.baselines.flat.moments import NAMES
from sim.tasks import non_task_sentence
from sim.tasks.grammar import say

SIZE = 1024  # pieces of words
SENTENCES = 4000  # a task, to learn them from


def make_tokenizer(instructions: Iterable[str], seed: int = 0) -> PreTrainedTokenizerBase:
    """Trained on the recorded `instructions` and on sentences of the same grammar."""
    rng = FLAT_SENTENCES.rng(seed)
    texts = [*instructions, " ".join((*COLOURS, *KINDS))]
    for _ in range(SENTENCES):
        texts.append(non_task_sentence(rng, "train"))
        for name in NAMES:
            first, second = rng.integers(len(TRAIN_PAIRS), size=2)
            there = TRAIN_PAIRS[second] if name in ("place_in", "stack") else None
            texts.append(say(rng, name, TRAIN_PAIRS[first], there))
    return train_tokenizer(texts, size=SIZE, acts=0)


class Words:
    """Ids and mask of sentences, remembered: a grammar says the same things again and again.

    Args:
        longest: most pieces of words a sentence may have.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase, longest: int) -> None:
        self.tokenizer, self.longest = tokenizer, longest
        self._known: dict[str, list[int]] = {}

    def __call__(self, texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """(B, T) ids and (B, T) bool, True where there is a word.

        Raises:
            RangeError: a sentence has more than `longest` pieces.
        """
        rows = [self._ids(text) for text in texts]
        length = max(1, *(len(row) for row in rows))
        ids = np.zeros((len(rows), length), np.int64)
        for k, row in enumerate(rows):
            ids[k, : len(row)] = row
        return ids, np.arange(length) < np.array([[len(row)] for row in rows])

    def _ids(self, text: str) -> list[int]:
        known = self._known.get(text)
        if known is None:
            # look-alikes of the tokenizer's own marks are no words
            plain = " ".join(text.replace("<", " ").replace(">", " ").split())
            known = list(self.tokenizer(plain, add_special_tokens=False)["input_ids"])
            if len(known) > self.longest:
                raise RangeError(
                    f"the sentence has {len(known)} pieces of words, the flat policy reads at most "
                    f"{self.longest}: say it in fewer words"
                )
            self._known[text] = known
        return known
