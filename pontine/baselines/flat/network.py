"""The flat network: pictures, sentence and senses in, a flow field over chunks out.

    image   = ConvVisionModel(fixed picture)                    (the brain's encoder)
    meaning = Grounding(words, image, [proprio; force])
    aim     = where the hand is to go, read off the meaning
    context = MLP([meaning; aim; alpha_i m_i])                  (the controller's senses and gates)
    velocity = field(z_t, t, context, committed prefix)         (the controller's field)

There is no code, no thought and no second rate between the two halves: one network on one clock,
whose parts learn together. `aim` is a head with labels of its own whose output the context reads.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from brain.atomic import LOCATIONS
from brain.vision_encoder import ConvVisionConfig, ConvVisionModel
from cerebellum import inputs
from cerebellum.network import Field, Gate, WristEncoder
from pontine.baselines.flat.grounding import Grounding
from pontine.baselines.flat.shape import FlatShape

CENTRE, REACH = (0.475, 0.0, 0.10), (0.2, 0.2, 0.1)  # m: what the aim head calls 0 and 1
AIM_SIZE = 6  # x, y, z, sin and cos of twice the turn, gripper closed on arrival
AIM_FEATURES = 9


@dataclass(frozen=True, eq=False)
class Belief:
    """What the network makes of a moment; leading axis B.

    Attributes:
        context: (B, C) of the flow field.
        aim: (B, 9) where the hand is to go, seen from the command, as
            :func:`cerebellum.inputs.token_features` writes a token's first 9 columns.
        turn: (B,) rad from the commanded yaw to the aim's. offset: (B, 3) m from command to aim.
        correction: (B, 4) of the aim by the wrist camera: x, y, z in 20 mm, yaw in 0.15 rad.
        place: (B, 8) the aim once more, read off the context.
        bins: (B, 2, 2, 64) logits: x and y of target and destination (a label in training only).
        refuse: (B,) logit: this cannot be done here.
    """

    context: Tensor
    aim: Tensor
    turn: Tensor
    offset: Tensor
    correction: Tensor
    place: Tensor
    bins: Tensor
    refuse: Tensor


class FlatNetwork(nn.Module):
    """See the module; rows about one picture stand side by side (P pictures, K rows each)."""

    def __init__(self, shape: FlatShape | None = None) -> None:
        super().__init__()
        self.shape = shape = shape or FlatShape()
        vision = ConvVisionConfig(
            channels=shape.channels, num_hidden_layers=shape.vision_blocks, image_size=shape.image
        )
        self.encoder = ConvVisionModel(vision)
        hand, size = shape.hand, shape.hand.feature
        proprio = inputs.proprio_size(hand.joints)
        self.grounding = Grounding(shape, vision.hidden_size, proprio + inputs.FORCE_SIZE)
        self.meaning = _perceptron(shape.width, size, size)
        self.aim = nn.Linear(shape.width, AIM_SIZE)
        self.bins = nn.Linear(shape.width, 4 * LOCATIONS)
        self.refuse = nn.Linear(shape.width, 1)
        self.proprio = _perceptron(proprio, size, size)
        self.camera = WristEncoder(hand)
        self.force = _perceptron(inputs.FORCE_SIZE, 32, 32)
        self.correct = nn.Sequential(
            nn.Linear(4 * size + AIM_FEATURES, size), nn.SiLU(),
            nn.Linear(size, inputs.CORRECTION_SIZE),
        )  # fmt: skip
        features = {"proprio": size, "camera": 2 * size + inputs.CORRECTION_SIZE, "force": 32}
        self.gates = nn.ModuleDict({n: Gate(size, features[n]) for n in inputs.MODALITIES})
        fused = size + AIM_FEATURES + sum(features.values())
        self.fuse = _perceptron(fused, 2 * hand.context, hand.context)
        self.place = nn.Linear(hand.context, 8)
        self.field = Field(hand)

    @property
    def parameter_count(self) -> int:
        return sum(p.numel() for p in self.parameters())

    def look(self, pixels: Tensor) -> Tensor:
        """(P, N, C) tokens of pictures (P, 3, S, S) in [-1, 1]."""
        return self.encoder(pixels).last_hidden_state

    def believe(
        self,
        image: Tensor,
        words: Tensor,
        word_mask: Tensor,
        command: Tensor,
        proprio: Tensor,
        force: Tensor,
        wrist: Tensor,
    ) -> Belief:
        """What the field needs, and what training can judge.

        Args:
            image: (P, N, C) from :meth:`look`. words, word_mask: (P K, T).
            command: (P K, 4) commanded tool pose, m and rad.
            proprio: (P K, 13 + 2 J), force: (P K, 6); see :mod:`cerebellum.inputs`.
            wrist: (P, 4, 64, 64), its last channel (where a token would appear) zero.
        """
        state = torch.cat([proprio, force], dim=1)
        read = self.grounding(image, words, word_mask, state)
        query, own = self.meaning(read), self.proprio(proprio)
        look = self.camera(wrist).repeat_interleave(len(words) // len(image), dim=0)
        aim, offset, turn = self._aim(read, command)
        seen = aim.to(query.dtype)
        correction = self.correct(torch.cat([query, own, look, seen], dim=1))
        features = {
            "proprio": own,
            "camera": torch.cat([look, correction], dim=1),
            "force": self.force(force),
        }
        gated = [self.gates[n](query, features[n]) * features[n] for n in inputs.MODALITIES]
        context = self.fuse(torch.cat([query, seen, *gated], dim=1))
        return Belief(
            context=context,
            aim=aim,
            turn=turn,
            offset=offset,
            correction=correction.float(),
            place=self.place(context).float(),
            bins=self.bins(read).float().unflatten(1, (2, 2, LOCATIONS)),
            refuse=self.refuse(read).float()[:, 0],
        )

    def _aim(self, read: Tensor, command: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        raw = self.aim(read).float()
        centre, reach = raw.new_tensor(CENTRE), raw.new_tensor(REACH)
        offset = centre + reach * raw[:, :3] - command[:, :3].float()
        closed = torch.sigmoid(raw[:, 5:])
        aim = torch.cat([offset / 0.1, torch.tanh(offset / 0.02), raw[:, 3:5], closed], dim=1)
        return aim, offset, 0.5 * torch.atan2(raw[:, 3], raw[:, 4])


def _perceptron(size: int, hidden: int, out: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(size, hidden), nn.SiLU(), nn.Linear(hidden, out), nn.LayerNorm(out), nn.SiLU()
    )
