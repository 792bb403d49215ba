"""The controller's network: an encoder of the senses, gated by the token, and a flow field.

    alpha_i = sigmoid(W2 ReLU(W1 [q; m_i]) + b)      (one gate a modality; independent)
    context = MLP([q; alpha_1 m_1; alpha_2 m_2; alpha_3 m_3])
    velocity = field(z_t, t, context, committed prefix)

The two halves are separate modules because they become separate graphs: the encoder runs once
per chunk, the field once per Euler step.
"""

import math
from itertools import pairwise

import torch
from torch import Tensor, nn

from body.geometry.motion import HORIZON
from cerebellum import inputs
from cerebellum.network_config import NetworkConfig

SECTION = HORIZON * inputs.ACTION_SIZE


class WristEncoder(nn.Module):
    """(B, 4, 64, 64) to (B, 2 feature): four strided convolutions, read out as a whole and as
    key points (where each channel of the third stage fires: Levine et al. 2016)."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        sizes = (4, *config.channels)
        layers: list[nn.Module] = []
        for i, (a, b) in enumerate(pairwise(sizes)):
            kernel = 5 if i == 0 else 3
            layers += [nn.Conv2d(a, b, kernel, stride=2, padding=kernel // 2), nn.ReLU()]
        self.convolutions = nn.Sequential(*layers[:-2])
        self.last = nn.Sequential(*layers[-2:])
        side = inputs.IMAGE_SIZE // 2 ** len(config.channels)
        size = sizes[-1] * side * side + 2 * sizes[-2]
        self.head = nn.Sequential(
            nn.Linear(size, 2 * config.feature), nn.LayerNorm(2 * config.feature)
        )
        line = torch.linspace(-1.0, 1.0, 2 * side)
        grid = torch.stack(torch.meshgrid(line, line, indexing="ij"), dim=-1)
        self.register_buffer("grid", grid.flatten(0, 1), persistent=False)
        for layer in layers:
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                nn.init.zeros_(layer.bias)  # type: ignore[arg-type]

    def forward(self, wrist: Tensor) -> Tensor:
        x = self.convolutions(wrist - 0.5)
        share = torch.softmax(x.flatten(2), dim=2)
        points = (share @ self.grid.to(share.dtype)).flatten(1)  # type: ignore[operator]
        return self.head(torch.cat([self.last(x).flatten(1), points.to(x.dtype)], dim=1))


class Gate(nn.Module):
    """alpha = sigmoid(W2 ReLU(W1 [q; m]) + b), (B, 1)."""

    def __init__(self, token: int, feature: int) -> None:
        super().__init__()
        self.first = nn.Linear(token + feature, 32, bias=False)
        self.second = nn.Linear(32, 1)
        nn.init.constant_(self.second.bias, 1.0)

    def forward(self, query: Tensor, feature: Tensor) -> Tensor:
        return torch.sigmoid(self.second(torch.relu(self.first(torch.cat([query, feature], 1)))))


class Encoder(nn.Module):
    """Token and senses to the context of the field."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        size = config.feature
        self.token = _perceptron(inputs.TOKEN_SIZE, size, size)
        self.proprio = _perceptron(inputs.proprio_size(config.joints), size, size)
        self.camera = WristEncoder(config)
        self.force = _perceptron(inputs.FORCE_SIZE, 32, 32)
        self.correct = nn.Sequential(
            nn.Linear(4 * size, size), nn.SiLU(), nn.Linear(size, inputs.CORRECTION_SIZE)
        )
        features = {"proprio": size, "camera": 2 * size + inputs.CORRECTION_SIZE, "force": 32}
        self.gates = nn.ModuleDict({n: Gate(size, features[n]) for n in inputs.MODALITIES})
        fused = size + sum(features.values())
        self.fuse = _perceptron(fused, 2 * config.context, config.context)
        self.place = nn.Linear(config.context, 8)  # training only: where the true waypoint lies

    def forward(
        self, token: Tensor, proprio: Tensor, force: Tensor, wrist: Tensor, gate_override: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Context (B, C) and gates (B, 3) in the order of `inputs.MODALITIES`.

        `gate_override` (B, 3): a value of 0 or more replaces the learned gate.
        """
        context, gates, _ = self.encode(token, proprio, force, wrist, gate_override)
        return context, gates

    def encode(
        self, token: Tensor, proprio: Tensor, force: Tensor, wrist: Tensor, gate_override: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """As :meth:`forward`, and (B, 4) how far off the camera believes the token to be."""
        query, own, look = self.token(token), self.proprio(proprio), self.camera(wrist)
        correction = self.correct(torch.cat([query, own, look], dim=1))
        features = {
            "proprio": own,
            "camera": torch.cat([look, correction], dim=1),
            "force": self.force(force),
        }
        learned = torch.cat([self.gates[n](query, features[n]) for n in inputs.MODALITIES], dim=1)
        gates = torch.where(gate_override >= 0, gate_override.to(learned.dtype), learned)
        gated = [gates[:, i : i + 1] * features[n] for i, n in enumerate(inputs.MODALITIES)]
        return self.fuse(torch.cat([query, *gated], dim=1)), gates, correction


class Block(nn.Module):
    """x + MLP(FiLM(norm(x))), scale and shift from context and time."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(config.width, elementwise_affine=False)
        self.film = nn.Linear(config.film, 2 * config.width)
        self.up = nn.Linear(config.width, config.hidden)
        self.down = nn.Linear(config.hidden, config.width)
        nn.init.zeros_(self.film.weight)
        nn.init.zeros_(self.film.bias)
        nn.init.zeros_(self.down.weight)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        scale, shift = self.film(condition).chunk(2, dim=1)
        h = self.norm(x) * (1 + scale) + shift
        return x + self.down(nn.functional.silu(self.up(h)))


class Field(nn.Module):
    """The velocity of z_t, one evaluation."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.enter = nn.Linear(SECTION + HORIZON, config.width)
        self.context = nn.Linear(config.context, config.width)
        self.condition = nn.Sequential(
            nn.Linear(config.context + 32, config.film), nn.SiLU(),
        )  # fmt: skip
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.blocks))
        self.leave = nn.Linear(config.width, SECTION)
        self.norm = nn.LayerNorm(config.width)
        rates = torch.exp(torch.linspace(math.log(1.0), math.log(100.0), 16))
        self.register_buffer("rates", rates, persistent=False)

    def forward(
        self, z: Tensor, t: Tensor, context: Tensor, prefix: Tensor, prefix_mask: Tensor
    ) -> Tensor:
        """(B, 16, 5). z: (B, 16, 5); t: (B,); prefix: (B, 16, 5) clean committed actions where
        prefix_mask (B, 16) is 1, in whose place the velocity is zero."""
        keep = prefix_mask[..., None]
        mixed = z * (1 - keep) + prefix * keep
        phase = t[:, None] * self.rates  # type: ignore[operator]
        time = torch.cat([torch.sin(phase), torch.cos(phase)], dim=1)
        x = self.enter(torch.cat([mixed.flatten(1), prefix_mask], dim=1)) + self.context(context)
        condition = self.condition(torch.cat([context, time.to(context.dtype)], dim=1))
        for block in self.blocks:
            x = block(x, condition)
        return self.leave(self.norm(x)).view(z.shape) * (1 - keep)


class Controller(nn.Module):
    """Encoder and field under one roof."""

    def __init__(self, config: NetworkConfig | None = None) -> None:
        super().__init__()
        self.config = config or NetworkConfig()
        self.encoder = Encoder(self.config)
        self.field = Field(self.config)

    @property
    def parameter_count(self) -> int:
        return sum(p.numel() for p in self.parameters())


def _perceptron(size: int, hidden: int, out: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(size, hidden), nn.SiLU(), nn.Linear(hidden, out), nn.LayerNorm(out), nn.SiLU()
    )
