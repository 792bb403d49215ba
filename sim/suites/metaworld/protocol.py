"""How the published figures were taken: two protocols, in numbers."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from body.contract.arrays import Image as Picture

RENDERED = 480  # pixels of a side
STEPS_A_SECOND = 80  # five steps of physics of 2.5 ms each


@dataclass(frozen=True)
class Protocol:
    """One way to evaluate.

    Attributes:
        steps: an episode ends after so many, of 12.5 ms.
        still: steps without action before the policy looks for the first time.
        camera: where `corner2` is moved to, m (None: it stays).
        keep: share of the picture's side that a crop about its centre keeps.
        size: pixels of a side that the policy is shown.
        goals: seed of MT50 whose fifty goals a task each episode draws from (None: each episode's
            own seed places everything).
    """

    name: str
    about: str
    steps: int
    still: int
    camera: tuple[float, float, float] | None
    keep: float
    size: int
    goals: int | None

    def shown(self, rendered: Picture) -> Picture:
        """(size, size, 3) of what was rendered, which stands upside down and mirrored."""
        upright = rendered[::-1, ::-1]
        side = round(self.keep * RENDERED)
        first = (RENDERED - side) // 2
        cut = upright[first : first + side, first : first + side]
        if side == self.size:
            return np.ascontiguousarray(cut)
        small = Image.fromarray(np.ascontiguousarray(cut))
        # reduced without a wider filter, as OpenCV's INTER_LINEAR does it
        scale = side / self.size
        kept = small.transform(
            (self.size, self.size), Image.Transform.AFFINE,
            (scale, 0, 0.5 * scale - 0.5, 0, scale, 0.5 * scale - 0.5), Image.Resampling.BILINEAR,
        )  # fmt: skip
        return np.asarray(kept)


P1 = Protocol(
    "p1", "as LeRobot evaluates, but seeded: its own reset draws from numpy's global generator",
    steps=500, still=0, camera=(0.75, 0.075, 0.7), keep=1.0, size=RENDERED, goals=None,
)  # fmt: skip
P2 = Protocol(
    "p2", "as Evo-1 and its followers evaluate: the goals of MT50 with seed 4042, in their order",
    steps=400, still=1, camera=None, keep=2 / 3, size=224, goals=4042,
)  # fmt: skip
PROTOCOLS = {protocol.name: protocol for protocol in (P1, P2)}
