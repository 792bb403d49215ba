"""What the codes on Meta-World say: an aim, or the steps on the way there.

An aim (5,) is followed by the law, wherever the hand has come to; steps (8, 4) are carried out as
they are. `bins` and `rvq` tell the same plan as `aim` does: what is compared is the codec.
"""

import numpy as np
from numpy.typing import NDArray

from body.contract.arrays import Array
from cerebellum.codec import BinsCodec, ChunkCodec, Codec, RvqCodec, aim
from cerebellum.codec.aim import AimCodec
from pontine.evaluation.log import EvaluationError

STEPS = 8  # told ahead: until the next look at 10 Hz
KINDS = (AimCodec.kind, BinsCodec.kind, RvqCodec.kind)


def unroll(aims: Array, hands: Array) -> Array:
    """(N, 8, 4) actions of the law under `aims` (N, 5) from `hands` (N, 3) m, as
    :func:`cerebellum.codec.aim.unroll` has them, and the gripper's effort."""
    out = np.empty((len(aims), STEPS, 4))
    out[..., :3], out[..., 3] = aim.unroll(aims, hands, STEPS), aims[:, 4:]
    return out


def fit(kind: str, aims: Array, hands: Array) -> Codec:
    """The codec `kind` for recorded `aims` (N, 5), seen from `hands` (N, 3) m.

    Raises:
        EvaluationError: no such kind.
    """
    if kind == AimCodec.kind:
        return AimCodec()
    if kind == BinsCodec.kind:
        return BinsCodec.fit(unroll(aims, hands), switch=False)
    if kind == RvqCodec.kind:
        return RvqCodec.fit(unroll(aims, hands))
    raise EvaluationError(f"--codec {kind}: known here are {', '.join(KINDS)}")


def encode(codec: Codec, aims: Array, hands: Array) -> NDArray[np.int64]:
    """(N, L) codes for `aims` (N, 5), seen from `hands` (N, 3) m."""
    if isinstance(codec, AimCodec):
        return codec.encode_rows(aims)
    assert isinstance(codec, ChunkCodec)
    return codec.encode_rows(unroll(aims, hands))


def decode(codec: Codec, codes: tuple[int, ...]) -> Array:
    """(5,) an aim, or (8, 4) steps."""
    if isinstance(codec, AimCodec):
        return codec.aim(codes)
    assert isinstance(codec, ChunkCodec)
    return codec.decode(codes)
