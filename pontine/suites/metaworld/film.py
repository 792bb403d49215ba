"""Filming an episode of Meta-World: what the policy is shown, as fast as it was."""

from pathlib import Path

import imageio.v2 as imageio

from body.contract.arrays import Array
from pontine.rollout import Watcher
from pontine.suites.metaworld.environment import MetaWorldEpisode
from sim.suites.metaworld import Look

EVERY, FPS = 4, 20  # steps of 12.5 ms; frames a second


class MetaWorldFilm(Watcher[Look, Array]):
    """A context that writes to `path`."""

    def __init__(self, path: Path, environment: MetaWorldEpisode) -> None:
        self._environment = environment
        self._film = imageio.get_writer(path, fps=FPS, macro_block_size=8)

    def __enter__(self) -> "MetaWorldFilm":
        return self

    def __exit__(self, *_: object) -> None:
        self._film.close()

    def stepped(self) -> bool:
        if self._environment.steps % EVERY == 0:
            self._film.append_data(self._environment.world.picture())
        return False
