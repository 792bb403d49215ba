"""How the codes of a plan are weighed while the brain learns them, and read when it says them."""

from brain.decoding import CodeRule
from brain.train.answer_loss import AnswerWeights
from cerebellum.codec import BinsCodec, Codec
from cerebellum.codec.aim import AimCodec


def rule(codec: Codec) -> CodeRule:
    """How its codes are read: as soft bins where neighbours mean nearly the same."""
    soft = {AimCodec.kind: (0, 1, 2), BinsCodec.kind: tuple(range(codec.length))}
    return CodeRule(soft.get(codec.kind, ()), circular=())


def weights(codec: Codec) -> AnswerWeights:
    """How much its codes count in the loss, all together as much in each codec."""
    codes: tuple[float, ...] = (8.0 / codec.length,) * codec.length
    sigma: tuple[float, ...] = (1.5 if isinstance(codec, BinsCodec) else 0.0,) * codec.length
    if isinstance(codec, AimCodec):
        # places and gains decide where the hand goes; efforts and gains are told exactly
        codes, sigma = (2.0, 2.0, 2.0, 1.0, 1.0), (1.5, 1.5, 1.5, 0.0, 0.0)
    return AnswerWeights(locations=2.0, codes=codes, sigma=sigma, circular=(), location_sigma=1.0)
