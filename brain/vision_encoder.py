"""A small convolutional vision encoder that drops into any LLaVA-shaped model.

Three strided convolutions turn 192 px into 24 x 24 cells of 8 px, residual blocks let cells see
each other, and a 2 x 2 pixel shuffle packs four cells of C channels into one of 144 tokens of 4 C.
Trained on dense labels it grounds in minutes where a transformer from scratch stays at chance for
hours.
"""

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PreTrainedConfig, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutput

STEM_STRIDE = 8
SHUFFLE = 2


class ConvVisionConfig(PreTrainedConfig):
    """Sizes of the encoder; `hidden_size` and `patch_size` are what LLaVA's code reads."""

    model_type = "pontine_conv_vision"

    channels: int = 96
    num_hidden_layers: int = 3
    image_size: int = 192
    num_channels: int = 3
    hidden_size: int = 0
    patch_size: int = STEM_STRIDE * SHUFFLE

    def __post_init__(self, **kwargs: object) -> None:
        self.hidden_size = self.channels * SHUFFLE**2
        super().__post_init__(**kwargs)

    @property
    def cells(self) -> int:
        """Cells along one side of the grid before the pixel shuffle."""
        return self.image_size // STEM_STRIDE


def _halve(inputs: int, outputs: int) -> nn.Sequential:
    """Half the resolution: 4x4 convolution of stride 2, batch norm, ReLU."""
    convolution = nn.Conv2d(inputs, outputs, 4, stride=2, padding=1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions with batch norm, added to their input (He et al., 2016)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.first_norm = nn.BatchNorm2d(channels)
        self.second = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.second_norm = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        hidden = torch.relu(self.first_norm(self.first(x)))
        return torch.relu(x + self.second_norm(self.second(hidden)))


class ConvVisionModel(PreTrainedModel):
    """Images (B, 3, S, S) normalised to [-1, 1] -> tokens (B, (S/16)^2, 4 C), row by row."""

    config_class = ConvVisionConfig
    config: ConvVisionConfig
    main_input_name = "pixel_values"
    base_model_prefix = "vision"

    def __init__(self, config: ConvVisionConfig) -> None:
        super().__init__(config)
        width = config.channels
        self.stem = nn.Sequential(
            _halve(config.num_channels, width // 4), _halve(width // 4, width // 2),
            ResidualBlock(width // 2), _halve(width // 2, width),
        )  # fmt: skip
        self.position = nn.Parameter(torch.zeros(1, width, config.cells, config.cells))
        self.blocks = nn.ModuleList(ResidualBlock(width) for _ in range(config.num_hidden_layers))
        self.post_init()

    @torch.no_grad()
    def _init_weights(self, module: nn.Module) -> None:
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        elif isinstance(module, ResidualBlock):
            nn.init.zeros_(module.second_norm.weight)  # start as the identity
        elif isinstance(module, ConvVisionModel):
            module.position.copy_(0.3 * _grid_waves(module.config.channels, module.config.cells))

    def cells(self, pixel_values: Tensor) -> Tensor:
        """Features before the shuffle: (B, C, S/8, S/8); the dense vision labels train these."""
        x = self.stem(pixel_values) + self.position
        for block in self.blocks:
            x = block(x)
        return x

    def forward(self, pixel_values: Tensor, **_: object) -> BaseModelOutput:
        """LLaVA picks `hidden_states[-1]`, so the tuple is always there."""
        cells = nn.functional.pixel_unshuffle(self.cells(pixel_values), SHUFFLE)
        tokens = cells.flatten(2).transpose(1, 2)
        return BaseModelOutput(last_hidden_state=tokens, hidden_states=(tokens,))


def _grid_waves(channels: int, cells: int) -> Tensor:
    """(1, C, G, G) start of the position table: the cell's row and column and waves of them.

    Coordinates can be read off linearly from the first step on; noise would have to be unlearnt.
    """
    line = torch.linspace(-1, 1, cells)
    rows, columns = torch.meshgrid(line, line, indexing="ij")
    table = [rows, columns]
    frequency = 0.5
    while len(table) < channels:
        for axis in (rows, columns):
            table += [
                torch.sin(torch.pi * frequency * axis),
                torch.cos(torch.pi * frequency * axis),
            ]
        frequency = frequency + 0.5 if frequency < cells / 2 else 0.75
    return torch.stack(table[:channels])[None]


def normalise(images: Tensor) -> Tensor:
    """uint8 (B, S, S, 3) -> float (B, 3, S, S) in [-1, 1], in channels-last memory."""
    return images.permute(0, 3, 1, 2).float().div(127.5).sub(1.0)


def register() -> None:
    """Make the encoder known to AutoConfig and AutoModel, as LLaVA builds its tower with them."""
    AutoConfig.register(ConvVisionConfig.model_type, ConvVisionConfig, exist_ok=True)
    AutoModel.register(ConvVisionConfig, ConvVisionModel, exist_ok=True)


register()
