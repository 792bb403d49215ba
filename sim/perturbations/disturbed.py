"""Scenes as several perturbations leave them, for eyes that shall bear them.

What a simulator shows at random, a camera's world is a case of: domain randomisation (Tobin et al.
2017, "Domain randomization for transferring deep neural networks from simulation to the real
world").
"""

import numpy as np

from sim.perturbations.base import Perturbation
from sim.perturbations.looks import CameraPose, Colour, Light, Texture
from sim.perturbations.places import ObjectPose
from sim.tasks import TASKS, Episode, Goal
from sim.worlds import Scene

Kinds = tuple[type[Perturbation], ...]
LOOKS: Kinds = (Colour, Texture, Light, CameraPose)
SHARE = 0.5  # of each


def disturbed(scene: Scene, rng: np.random.Generator, places: bool = True) -> Scene:
    """`scene` with each kind of look disturbed, or not, by any strength up to 1.

    Args:
        places: two of its things may come to stand outside the region of training as well.
    """
    # no fixture: a handle that is drawn out must stay within what places are told in
    loose = [i for i, item in enumerate(scene.objects) if not item.fixed]
    target, destination = [*rng.permutation(loose)[:2], -1, -1][:2]
    goal = Goal(int(target), int(destination))
    episode = Episode(TASKS["pick"], 0, scene, goal, "")
    kinds: Kinds = (ObjectPose, *LOOKS) if places else LOOKS
    for kind in kinds:
        if rng.random() < SHARE:
            member = kind(float(rng.uniform(0, 1)))
            member.rng = rng
            episode = member.episode(episode)
    return episode.scene
