import torch
from torch import Tensor, nn

from cerebellum import flow
from cerebellum.dataset import Batch


class Known(nn.Module):
    """Stands for a perfectly trained controller: its field leads to `chunk` from anywhere."""

    def __init__(self, chunk: Tensor) -> None:
        super().__init__()
        self.chunk = chunk
        self.encoder = self.Encoder()

    class Encoder(nn.Module):
        def forward(self, token: Tensor, *rest: Tensor) -> tuple[Tensor, Tensor]:
            return token, torch.ones(len(token), 3)

        def encode(self, token: Tensor, *rest: Tensor) -> tuple[Tensor, Tensor, Tensor]:
            return token, torch.ones(len(token), 3), torch.zeros(len(token), 4)

        def place(self, context: Tensor) -> Tensor:
            return torch.zeros(len(context), 8)

    def field(self, z: Tensor, t: Tensor, context: Tensor, prefix: Tensor, mask: Tensor) -> Tensor:
        keep = mask[..., None]
        mixed = z * (1 - keep) + prefix * keep
        return (mixed - self.chunk[: len(z)]) / t[:, None, None] * (1 - keep)


def batch_of(chunk: Tensor, committed: int = 0) -> Batch:
    size = len(chunk)
    mask = torch.zeros(size, 16)
    mask[:, :committed] = 1
    blank = torch.zeros(size, 1)
    return {
        "token": blank, "proprio": blank, "force": blank, "wrist": blank, "target": chunk,
        "prefix": chunk * mask[..., None], "prefix_mask": mask,
        "place": torch.zeros(size, 8), "known": torch.ones(size),
        "correction": torch.zeros(size, 4),
    }  # fmt: skip


def test_euler_steps_follow_the_exact_field_to_the_chunk():
    chunk = torch.randn(3, 16, 5)
    model = Known(chunk)
    for noise in (None, torch.randn(3, 16, 5)):
        for steps in (1, 5):
            got = flow.sample(model, batch_of(chunk, 2), steps, noise)  # type: ignore[arg-type]
            assert torch.allclose(got, chunk, atol=1e-5)


def test_the_exact_field_has_no_loss_and_committed_steps_never_count():
    chunk = torch.randn(8, 16, 5)
    model = Known(chunk.repeat(flow.DRAWS, 1, 1))
    parts = flow.losses(model, batch_of(chunk, 3), torch.Generator().manual_seed(0))  # type: ignore[arg-type]
    assert parts["flow"] < 1e-6
    wrong = batch_of(chunk, 3)
    wrong["target"] = chunk.clone()
    wrong["target"][:, :3] += 100.0
    parts = flow.losses(model, wrong, torch.Generator().manual_seed(0))  # type: ignore[arg-type]
    assert parts["flow"] < 1e-6


def test_noise_and_times_are_drawn_as_stated():
    generator = torch.Generator().manual_seed(0)
    t = flow.draw_times(20_000, generator)
    assert abs((t == 1).float().mean() - 0.34) < 0.02 and t.min() >= 0
    noise = flow.draw_noise(torch.Size((4000, 16, 5)), generator)
    spread = noise.std(dim=(1, 2))
    assert spread.min() < 0.1 and abs((spread > 0.8).float().mean() - 0.6) < 0.05
