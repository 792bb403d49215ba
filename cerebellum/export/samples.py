"""Random inputs of the network, as unlike a recording as its shapes and ranges permit."""

from collections.abc import Iterator

import numpy as np

from body.geometry.motion import HORIZON
from cerebellum import inputs
from cerebellum.engines.protocol import Senses
from cerebellum.runtime.schedule import LONGEST_DELAY
from episodes.splits import RANDOM_INPUTS


def random_senses(
    joints: int, count: int, seed: int = 0, committed: int | None = None
) -> Iterator[Senses]:
    """`count` decisions: normal features, noise images, 0 to 8 committed steps, any temperature.

    In every fourth one a gate is forced. `committed`: that many steps in all of them.
    """
    rng = RANDOM_INPUTS.rng(seed)
    chunk = (1, HORIZON, inputs.ACTION_SIZE)
    size = inputs.IMAGE_SIZE
    for number in range(count):
        drawn = rng.integers(0, LONGEST_DELAY + 1, 1)
        mask = inputs.prefix_mask(drawn if committed is None else np.array([committed]))
        gates = np.full((1, len(inputs.MODALITIES)), -1, np.float32)
        if number % 4 == 3:
            gates[0, rng.integers(len(inputs.MODALITIES))] = rng.random()
        arrays = {
            "token": rng.standard_normal((1, inputs.TOKEN_SIZE)),
            "proprio": rng.standard_normal((1, inputs.proprio_size(joints))),
            "force": np.tanh(rng.standard_normal((1, inputs.FORCE_SIZE))),
            "wrist": rng.random((1, 4, size, size)),
            "prefix": rng.standard_normal(chunk) * mask[..., None],
            "noise": rng.random() * rng.standard_normal(chunk),
        }
        floats = {name: value.astype(np.float32) for name, value in arrays.items()}
        yield Senses(prefix_mask=mask, gate_override=gates, **floats)
