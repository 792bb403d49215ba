"""The lessons of Meta-World's demonstrations: for every frame prompts, thoughts and codes."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from brain.train.point_labels import PointImages, PointLabels
from brain.train.rows import Rows
from cerebellum.codec import Codec
from cerebellum.inputs import shrink
from episodes.cache import Cache
from episodes.splits import METAWORLD_LESSONS
from pontine.suites.metaworld import plans
from pontine.suites.metaworld.speech import RANGES, ROLES, Speech
from sim.suites.metaworld.view import SIZE

OBJECT, SECOND, GOAL = 1, 2, 3  # of ROLES
AGE = 12  # frames at most that a given thought is old
NOISE, BLUNDER, BLUNDERS = 0.010, 0.05, 0.1  # m: how wrong a given thought is; how many far more


def open_images(cache: Cache, size: int = SIZE) -> PointImages:
    """The pictures of a recording, `size` pixels a side, and where the points in them are."""
    pictures = cache.fixed if size == SIZE else shrunk(cache.fixed, size)
    points = np.array(cache["scene.points"], np.float32)
    points[..., 3:] *= size / SIZE
    absent = (points[:, SECOND, :3] == 0).all(-1)
    points[absent, SECOND] = np.nan
    kind = np.asarray(cache["task_number"], np.int64).reshape(-1)
    labels = PointLabels(points, kind, 50, size, ROLES, RANGES)
    return PointImages(pictures, np.asarray(cache["episode_index"], np.int64), labels)


def shrunk(pictures: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """(N, size, size, 3), in memory: means over the blocks of `pictures` (N, S, S, 3)."""
    return np.stack([shrink(picture, size) for picture in pictures])


@dataclass
class _Growing:
    tokens: list[int] = field(default_factory=list)
    start: list[int] = field(default_factory=lambda: [0])
    head: list[int] = field(default_factory=list)
    thought: list[int] = field(default_factory=list)
    learnt: list[bool] = field(default_factory=list)
    picture: list[int] = field(default_factory=list)

    def add(self, picture: int, head: list[int], thought: list[int], tail: list[int],
            learnt: bool = True) -> None:  # fmt: skip
        self.tokens += [*head, *thought, *tail]
        self.start.append(len(self.tokens))
        self.head.append(len(head))
        self.thought.append(len(thought))
        self.learnt.append(learnt)
        self.picture.append(picture)

    def rows(self) -> Rows:
        return Rows(
            np.array(self.tokens, np.int32), np.array(self.start, np.int64),
            np.array(self.head, np.int32), np.array(self.thought, np.int32),
            np.array(self.learnt, bool), np.array(self.picture, np.int64),
        )  # fmt: skip


def lessons(cache: Cache, speech: Speech, codec: Codec, seed: int = 0) -> Rows:
    """Three rows a frame lead to codes: one thinks itself, two are given a thought of a while ago.

    And one for each point asks where it is: without these drills the words would have to be
    bound to the picture by the codes alone.
    """
    rng = METAWORLD_LESSONS.rng(seed)
    vocabulary, growing = speech.vocabulary, _Growing()
    states = np.asarray(cache["observation.state"], np.float64)
    codes = plans.encode(codec, np.asarray(cache["plan.aim"], float), states[:, :3])
    points = np.asarray(cache["scene.points"], np.float64)[..., :3]
    first = np.asarray(cache.episode_start)
    texts = cache.instructions
    task = np.asarray(cache["task_index"]).reshape(-1)
    heads = {k: vocabulary.encode(text) for k, text in enumerate(texts)}
    words = [vocabulary.encode(role) for role in ROLES]
    ends = [vocabulary.thought_end]
    for episode in tqdm(range(len(first) - 1), desc="lessons", mininterval=1.0):
        for frame in range(first[episode], first[episode + 1]):
            head = [*heads[int(task[frame])], *speech.state(states[frame])]
            tail = [*(vocabulary.acts[int(code)] for code in codes[frame]), vocabulary.end]
            now = speech.thought(points[frame, OBJECT], points[frame, GOAL])
            growing.add(frame, head, now, tail)
            for _ in range(2):
                then = rng.integers(max(first[episode], frame - AGE), frame + 1)
                target, goal = _stale(points[then], rng)
                growing.add(frame, head, speech.thought(target, goal), tail, learnt=False)
            for role, place in enumerate(points[frame]):
                if role != SECOND or place.any():
                    reply = [vocabulary.think, *speech.place(place), *ends]
                    growing.add(frame, words[role], reply, [])
    return growing.rows()


def _stale(points: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    wrong = np.where(rng.random((2, 1)) < BLUNDERS, BLUNDER, NOISE)
    return np.asarray(points[[OBJECT, GOAL]] + rng.normal(0.0, 1.0, (2, 3)) * wrong)
