"""Another light, other shades, another table top, another place of the fixed camera."""

from dataclasses import replace

import numpy as np

from sim.perturbations.base import Perturbation
from sim.tasks import Episode

LAMP = (0.4, 2.0)  # brightness at strength 1, times training's
LEAN = 0.6  # more slope of the lamp's rays, at strength 1
SHADE, TABLE = 0.22, 0.35  # of 0..1 in each of red, green, blue
SHIFT, TURN = 0.03, np.radians(3.0)  # m, rad


class Light(Perturbation):
    """Darker or brighter, and from another side."""

    name = "light"
    about = "lamp and surroundings at 0.4 or 2 times their brightness, rays 31 degrees flatter"

    def episode(self, episode: Episode) -> Episode:
        if not self.strength:
            return episode
        scene = episode.scene
        factor = LAMP[int(self.rng.integers(2))] ** self.strength
        angle = self.rng.uniform(-np.pi, np.pi)
        x, y, z = scene.light_direction
        x += self.strength * LEAN * float(np.cos(angle))
        y += self.strength * LEAN * float(np.sin(angle))
        scene = replace(
            scene,
            light=min(1.0, scene.light * factor),
            ambient=min(1.0, scene.ambient * factor),
            light_direction=(x, y, z),
            light_position=(0.45 - 1.5 * x, -1.5 * y, 1.5),
        )
        return replace(episode, scene=scene)


class Colour(Perturbation):
    """Other shades of the things and of the table."""

    name = "colour"
    about = "each of red, green, blue up to 0.22 off in things, 0.35 off in table and floor"

    def episode(self, episode: Episode) -> Episode:
        scene = episode.scene
        items = [replace(item, rgb=self._off(item.rgb, SHADE)) for item in scene.objects]
        scene = replace(
            scene,
            objects=tuple(items),
            table_rgb=self._off(scene.table_rgb, TABLE),
            floor_rgb=self._off(scene.floor_rgb, TABLE),
        )
        return replace(episode, scene=scene)

    def _off(self, rgb: tuple[float, float, float], most: float) -> tuple[float, float, float]:
        change = self.strength * most * self.rng.uniform(-1, 1, 3)
        red, green, blue = np.clip(np.array(rgb) + change, 0.0, 1.0)
        return float(red), float(green), float(blue)


class Texture(Perturbation):
    """A chequered table where training's is plain."""

    name = "texture"
    about = "a table chequered in squares of 5 cm whose brightness differs by 0.5"

    def episode(self, episode: Episode) -> Episode:
        scene = replace(episode.scene, chequer=0.5 * self.strength)
        return replace(episode, scene=scene)


class CameraPose(Perturbation):
    """The fixed camera was knocked."""

    name = "camera_pose"
    about = "the fixed camera 3 cm and 3 degrees off, in random directions"

    def episode(self, episode: Episode) -> Episode:
        way, axis = self.rng.normal(size=(2, 3))
        shift = np.array(
            [*(SHIFT * way / np.linalg.norm(way)), *(TURN * axis / np.linalg.norm(axis))]
        )
        moved = tuple(
            float(x) for x in np.array(episode.scene.camera_shift) + self.strength * shift
        )
        return replace(episode, scene=replace(episode.scene, camera_shift=moved))
