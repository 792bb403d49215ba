"""The language half: a Qwen3 small enough to answer within a brain tick on one CPU thread."""

from dataclasses import dataclass

from transformers import Qwen3Config


@dataclass(frozen=True)
class LanguageSizes:
    """Width, depth and heads of the language model; head width must be even (rotary).

    Four layers: gather the words of a name, find it in the picture, read its place, speak.
    """

    hidden: int = 192
    layers: int = 4
    heads: int = 4
    key_value_heads: int = 4
    inner: int = 512
    max_positions: int = 1024
    rotary_base: float = 1e6
    """Qwen3's own: with the older 1e4, half of a narrow head's channels turn too fast to compare
    a word with an image token 150 positions away."""


def language_config(
    vocabulary: int, pad: int, end: int, sizes: LanguageSizes | None = None
) -> Qwen3Config:
    """Config of a Qwen3 with tied embeddings.

    `initializer_range` 0.02 matters: PyTorch's default embeddings (std 1) drown the image tokens.
    """
    sizes = sizes or LanguageSizes()
    if sizes.hidden % sizes.heads or (sizes.hidden // sizes.heads) % 2:
        raise ValueError(
            f"hidden {sizes.hidden} must be an even multiple of heads {sizes.heads}: "
            "rotary positions pair up the channels of a head"
        )
    return Qwen3Config(
        vocab_size=vocabulary, hidden_size=sizes.hidden, intermediate_size=sizes.inner,
        num_hidden_layers=sizes.layers, num_attention_heads=sizes.heads,
        num_key_value_heads=sizes.key_value_heads, head_dim=sizes.hidden // sizes.heads,
        max_position_embeddings=sizes.max_positions, initializer_range=0.02,
        tie_word_embeddings=True, pad_token_id=pad, eos_token_id=end, bos_token_id=None,
        rope_parameters={"rope_type": "default", "rope_theta": sizes.rotary_base},
    )  # fmt: skip
