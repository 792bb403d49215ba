"""Made-up pictures whose labels are right: a coloured square for each object."""

import numpy as np

COLOURS = np.array([[220, 40, 40], [40, 180, 60], [40, 70, 220], [230, 210, 40], [140, 50, 170],
                    [240, 140, 30]])  # fmt: skip


def pictures(count: int, seed: int = 0, size: int = 128) -> tuple[np.ndarray, np.ndarray]:
    """uint8 (count, size, size, 3) and their `scene.objects` (count, 6, 10)."""
    rng = np.random.default_rng(seed)
    images = np.full((count, size, size, 3), 128, np.uint8)
    objects = np.zeros((count, 6, 10), np.float32)
    objects[..., 0] = -1
    for n in range(count):
        spots = rng.permutation(9)[:3]
        for k, spot in enumerate(spots):
            u, v = 24 + 40 * (spot % 3) + rng.uniform(-6, 6), 24 + 40 * (spot // 3)
            colour, kind = int(rng.integers(6)), int(rng.integers(5))
            size = 4 + kind
            images[n, v - size : v + size, int(u) - size : int(u) + size] = COLOURS[colour]
            x, y = 0.2 + 0.55 * v / 128, -0.32 + 0.64 * u / 128
            objects[n, k] = [kind, colour, x, y, 0.03, 0.3, 0.05, u, v, 0]
    return images, objects
