"""What may go wrong between a recorded plan and the tokens that arrive: drawn for training.

The label always follows the true waypoint; the token says something noisier and older. The
wrist camera is what closes the gap.
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from body.contract.arrays import Array
from body.geometry.motion import HORIZON
from body.setting import Amount, Number, Share
from episodes.vocabulary import Step

# the object is still to be found
SEEKING = (Step.ABOVE, Step.GRASP, Step.PRESS, Step.LOWER, Step.FOLLOW)
CONTACT = (Step.GRASP, Step.PRESS, Step.PUSH, Step.PULL, Step.TURN, Step.LOWER)
FREE = (Step.LIFT, Step.CARRY, Step.RETREAT, Step.DONE)
Promised = Annotated[int, Number(0, HORIZON // 2)]  # steps


@dataclass(frozen=True)
class Augmentation:
    """Lengths in m, angles in rad, times in s; `*_share` are probabilities."""

    noise: Amount = 0.020  # xy sigma is drawn from 0..noise where the object is still to be found
    noise_later: Amount = 0.010  # ... in the steps after the grasp
    noise_height: Amount = 0.5  # of the xy sigma
    noise_yaw: Amount = 0.14
    shift: Amount = 0.040  # a target that moved after the token: anywhere in this radius
    shift_share: Share = 0.15
    age: Amount = 0.65
    old_share: Share = 0.35  # within `old_span` of a step change the token may name the old step
    old_span: Amount = 0.4
    null_share: Share = 0.06
    camera_share: Share = 0.15
    force_share: Share = 0.10
    virtual_share: Share = 0.20  # free-space steps: any other waypoint, or one just reached
    command_share: Share = 0.30  # commanded pose and speed a little off the recorded ones
    command_noise: Amount = 0.0015
    committed: Promised = 8  # the longest prefix; half are no longer than `committed_few`
    committed_few: Promised = 2
    belief_share: Share = 0.5  # prefixes that led nearly where the order still leads
    former_share: Share = 0.2  # ... to the keyframe before
    rest_share: Share = 0.2  # ... to a hold on the spot; the remaining ones led anywhere
    colour: Share = 0.15


def jolt(
    rng: np.random.Generator, settings: Augmentation, command: Array, increment: Array
) -> tuple[Array, Array]:
    """Commanded poses (B, 4) and increments (B, 4), some a little off and some slower."""
    size = len(command)
    jolted = (rng.random(size) < settings.command_share)[:, None]
    off = settings.command_noise * rng.standard_normal((size, 4)) * [1.0, 1.0, 1.0, 5.0]
    slowed = rng.random(size) < 0.5 * settings.command_share
    pace = np.where(slowed, rng.random(size), 1.0)
    return command + jolted * off, increment * pace[:, None]


def tint(rng: np.random.Generator, settings: Augmentation, images: NDArray[np.float32]) -> None:
    """Another light and white balance for each of `images` (B, S, S, 4); some go blank."""
    size, spread = len(images), settings.colour
    gain = rng.uniform(1 - spread, 1 + spread, (size, 1, 1, 1)) * rng.uniform(
        1 - 0.5 * spread, 1 + 0.5 * spread, (size, 1, 1, 3)
    )
    images[..., :3] *= gain.astype(np.float32)
    images[rng.random(size) < settings.camera_share] = 0.0


@dataclass(frozen=True, eq=False)
class Promise:
    """The steps that were under way when the chunk was computed.

    Attributes:
        count: (B,) how many. target: (B, 4) where they led. closed: (B,) the gripper there.
    """

    count: NDArray[np.int64]
    target: Array
    closed: Array


@dataclass(frozen=True, eq=False)
class Order:
    """What the law is to follow and what the token says: (B, 6) waypoint rows each.

    Attributes:
        true, token: see above; token time to go is as of `age` ago.
        age: (B,) s. null: (B,) bool.
    """

    true: Array
    token: Array
    age: Array
    null: NDArray[np.bool_]


def draw_order(
    rng: np.random.Generator,
    settings: Augmentation,
    waypoint: Array,
    previous: Array,
    since: Array,
    step: NDArray[np.int64],
    previous_step: NDArray[np.int64],
    command: Array,
) -> Order:
    """Draw true and told waypoints for B recorded frames.

    Args:
        waypoint, previous: (B, 6) the present keyframe, and the one before it.
        since: (B,) s since the step changed, infinite where there was none before.
        step, previous_step: (B,) step ids.
        command: (B, 4).
    """
    size = len(waypoint)
    old = (since < settings.old_span) & (rng.random(size) < settings.old_share)
    true = np.where(old[:, None], previous, waypoint).astype(np.float64)
    step = np.where(old, previous_step, step)
    age = rng.uniform(0.0, settings.age, size)

    free = np.isin(step, FREE) & ~old
    virtual = free & (rng.random(size) < settings.virtual_share)
    near = rng.random(size) < 0.5
    spread = np.where(near, 0.005, 0.08)[:, None] * [1.0, 1.0, 0.6, 2.0]
    elsewhere = command + spread * rng.standard_normal((size, 4))
    elsewhere[:, 2] = np.maximum(elsewhere[:, 2], 0.03)
    true[virtual, :4] = elsewhere[virtual]
    true[virtual, 5] = np.where(near, 0.05, 0.6)[virtual]

    token = true.copy()
    seeking = np.isin(step, SEEKING)
    top = np.where(seeking, settings.noise, settings.noise_later)
    sigma = rng.uniform(0.0, 1.0, size)[:, None] * top[:, None]
    sigma = sigma * [1.0, 1.0, settings.noise_height]
    token[:, :3] += sigma * rng.standard_normal((size, 3))
    moved = seeking & (rng.random(size) < settings.shift_share)
    radius = settings.shift * np.sqrt(rng.random(size)) * moved
    bearing = rng.uniform(0.0, 2 * np.pi, size)
    token[:, 0] += radius * np.cos(bearing)
    token[:, 1] += radius * np.sin(bearing)
    token[:, 3] += rng.uniform(0.0, settings.noise_yaw, size) * rng.standard_normal(size)
    token[:, 5] = np.maximum(token[:, 5] + age, 0.05)
    null = rng.random(size) < settings.null_share
    return Order(true, token, age, null)


def draw_promise(
    rng: np.random.Generator,
    settings: Augmentation,
    order: Order,
    former: Array,
    command: Array,
    closed: Array,
) -> Promise:
    """Draw what was promised under an older belief or an older order.

    Were all prefixes to lead where the chunk leads, the network could foresee the chunk without
    looking at them, and would start a new order as if nothing were under way.

    Args:
        former: (B, 6) rows of the keyframe before. command: (B, 4). closed: (B,) 0/1.
    """
    size = len(command)
    few = rng.random(size) < 0.5
    least = min(settings.committed_few, settings.committed)
    count = rng.integers(0, np.where(few, least, settings.committed) + 1)
    jitter = rng.standard_normal((size, 4))
    kind = rng.random(size)
    kept, old = settings.belief_share, settings.belief_share + settings.former_share
    target = command + jitter * [0.08, 0.08, 0.05, 0.3]
    told = closed.astype(np.float64)
    rests = kind < old + settings.rest_share
    target[rests] = command[rests] + 0.05 * jitter[rests] * [0.08, 0.08, 0.05, 0.3]
    was = kind < old
    target[was] = former[was, :4]
    told[was] = former[was, 4]
    same = kind < kept
    blur = jitter * [0.008, 0.008, 0.003, 0.03] * (rng.random(size) < 0.5)[:, None]
    target[same] = (order.true[:, :4] + blur)[same]
    told[same] = order.true[same, 4]
    return Promise(count, target, told)
