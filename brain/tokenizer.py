"""The brain's vocabulary: words of the grammar, and atomic tokens for places, actions, reports.

A byte-level BPE is trained on the instructions and thoughts at hand, large enough that a common
word is one token; unseen words fall into pieces instead of failing. Chinese, which is written
without spaces, is cut into single characters first, so that none depends on those beside it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer
from transformers import PreTrainedTokenizerBase, PreTrainedTokenizerFast

from brain.atomic import ACTS, END, IMAGE, PAD, THINK, THOUGHT_END, atomic_tokens

ATOMIC = re.compile(r"<[a-z/]+(?:_\d+)?>")
CJK = "[\u3400-\u4dbf\u4e00-\u9fff]"  # CJK Unified Ideographs and Extension A

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{% if message['content'] is string %}{{ message['content'] }}"
    "{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<image>{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endif %}"
    "{% if message['role'] == 'assistant' %}</s>{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}<think>{% endif %}"
)


def add_atomic(tokenizer: PreTrainedTokenizerBase, tokens: Sequence[str]) -> int:
    """Add `tokens` as atomic, not special, so decoding that skips special tokens keeps them.

    `lstrip`: the blank before belongs to the token. Returns how many were new.
    """
    return tokenizer.add_tokens(
        [AddedToken(t, special=False, normalized=False, lstrip=True) for t in tokens]
    )


def train_tokenizer(
    texts: Iterable[str], size: int = 2048, acts: int = ACTS
) -> PreTrainedTokenizerFast:
    """Train on `texts` (instructions, questions, thoughts); atomic tokens need not occur."""
    atomic = set(atomic_tokens(acts)) | {PAD, END, IMAGE}
    plain = (ATOMIC.sub(lambda m: " " if m[0] in atomic else m[0], text) for text in texts)
    inner = Tokenizer(BPE(unk_token=None))
    inner.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    inner.pre_tokenizer = pre_tokenizers.Sequence(
        [
            # with the blank before it: the next line would add one where there is none
            pre_tokenizers.Split(Regex(f" ?{CJK}"), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=True),
        ]
    )
    inner.decoder = decoders.ByteLevel()
    trainer = BpeTrainer(
        vocab_size=size, min_frequency=1, special_tokens=[PAD, END, IMAGE],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False,
    )  # fmt: skip
    inner.train_from_iterator(plain, trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=inner, pad_token=PAD, eos_token=END, clean_up_tokenization_spaces=False,
        extra_special_tokens={"image_token": IMAGE},
    )  # fmt: skip
    add_atomic(tokenizer, atomic_tokens(acts))
    tokenizer.chat_template = CHAT_TEMPLATE
    return tokenizer


@dataclass(frozen=True)
class Vocabulary:
    """A tokenizer with the ids of its atomic tokens looked up once.

    Attributes:
        names: our atomic tokens to what a published tokenizer calls them, where that differs.
    """

    tokenizer: PreTrainedTokenizerBase
    names: Mapping[str, str] = field(default_factory=dict)

    def id(self, token: str) -> int:
        """Id of one atomic token.

        Raises:
            KeyError: the tokenizer lacks it (a published one: see `published.load_published`).
        """
        index = self.tokenizer.get_vocab().get(self._named(token))
        if index is None:
            raise KeyError(f"the tokenizer has no token {token}; add it with add_atomic()")
        return index

    def _family(self, name: str) -> list[int]:
        vocabulary = self.tokenizer.get_vocab()
        ids: list[int] = []
        while (token := self._named(f"<{name}_{len(ids)}>")) in vocabulary:
            ids.append(vocabulary[token])
        return ids

    def _named(self, token: str) -> str:
        return self.names.get(token, token)

    @cached_property
    def acts(self) -> list[int]:
        return self._family("act")

    @cached_property
    def locations(self) -> list[int]:
        return self._family("loc")

    @cached_property
    def yaws(self) -> list[int]:
        return self._family("yaw")

    @cached_property
    def think(self) -> int:
        return self.id(THINK)

    @cached_property
    def thought_end(self) -> int:
        return self.id(THOUGHT_END)

    @cached_property
    def end(self) -> int:
        return int(self.tokenizer.eos_token_id)

    @cached_property
    def image(self) -> int:
        return self.id(IMAGE)

    def __len__(self) -> int:
        return len(self.tokenizer)

    def encode(self, text: str) -> list[int]:
        if self.names:
            text = ATOMIC.sub(lambda match: self._named(match[0]), text)
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def decode(self, ids: Sequence[int]) -> str:
        """Text with every word, Chinese character and atomic token separated by one space."""
        text = str(self.tokenizer.decode(list(ids), skip_special_tokens=True))
        for ours, theirs in self.names.items():
            text = text.replace(theirs, ours)
        return " ".join(ATOMIC.sub(r" \g<0> ", text).split())


def load_tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    """The tokenizer saved in a model folder (`tokenizer.json` and its config)."""
    return PreTrainedTokenizerFast.from_pretrained(str(folder))
