"""A suite of one's own in one file: a point in the plane goes where it is told."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import torch
from safetensors.numpy import load_file, save_file

from body.setting import Count, Folder, NewFolder
from episodes import model_folder
from episodes.features import Feature
from episodes.places import DATA, MODELS
from episodes.reader import Reader
from episodes.writer import Recorder
from pontine.evaluation.result import Result
from pontine.rollout import Watcher, rollout
from pontine.suites.gymnasium_episode import GymnasiumEpisode
from pontine.suites.suite import Suite, Training
from pontine.sweeps.sweep import Point, Sweep

STEP = 0.05  # s
FAR = {"near": 0.3, "far": 0.9}  # m: how far off the goal may be
COLUMNS = {"observation.state": Feature("float32", (4,)), "action": Feature("float32", (2,))}


class PointMass(gymnasium.Env[Any, Any]):
    """The state is the point and its goal, (4,) m; an action is a velocity, (2,) m/s, at most 1."""

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed)
        self.state, self.steps = np.zeros(4, np.float32), 0
        self.state[2:] = self.np_random.uniform(-1.0, 1.0, 2) * FAR[options["task"]]
        return self.state.copy(), {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        self.state[:2] += STEP * np.clip(action, -1.0, 1.0)
        self.steps += 1
        done = bool(np.linalg.norm(self.state[2:] - self.state[:2]) < 0.02)
        return self.state.copy(), float(done), done, self.steps >= 80, {"is_success": done}


class Policy:
    """A matrix (2, 4): the expert's law, or one that has been learnt from it."""

    period = STEP

    def __init__(self, name: str) -> None:
        self.matrix = np.array([[-5.0, 0.0, 5.0, 0.0], [0.0, -5.0, 0.0, 5.0]])
        if name != "expert":
            self.matrix = load_file(Path(name) / "policy.safetensors")["weight"]

    def reset(self, observation: Any, instruction: str) -> None: ...

    def cameras(self, now: int) -> tuple[str, ...]:
        return ()

    def act(self, observation: Any) -> Any:
        return np.clip(self.matrix @ observation, -1.0, 1.0).astype(np.float32)


class Frames(Watcher[Any, Any]):
    def __init__(self) -> None:
        self.rows: list[tuple[Any, Any]] = []

    def acted(self, observation: Any, action: Any) -> None:
        self.rows.append((observation, action))


def play(task: str, seed: int, policy: Policy) -> tuple[GymnasiumEpisode, Frames]:
    episode = GymnasiumEpisode(PointMass(), "Go to the goal", seed, STEP, {"task": task})
    frames = Frames()
    rollout(episode, policy, [frames])
    return episode, frames


class Worker:
    def set_up(self, config: Any) -> None:
        self.policy = Policy(config.policy)

    def work(self, case: Any) -> dict[str, Any]:
        episode, _ = play(case.task, case.seed, self.policy)
        result = Result(case.task, case.seed, episode.instruction, episode.success, unsafe=None)
        result.steps, result.trajectory_hash = episode.steps, episode.trajectory_hash
        return result.row(case.key)

    def close(self) -> None: ...


class Source:
    cache = None  # what is trained here reads the data set itself

    def __init__(self, config: Any) -> None:
        self.folder, self.seeds = config.folder, range(config.seed, config.seed + config.per_task)

    def jobs(self) -> list[tuple[str, int]]:
        return [(task, seed) for task in FAR for seed in self.seeds]

    def key(self, job: tuple[str, int]) -> int:
        return list(FAR).index(job[0]) * 1_000_000 + job[1]

    def recorder(self) -> Recorder:
        return Recorder(self.folder, COLUMNS, round(1 / STEP), "point")

    def record(self, job: tuple[str, int], recorder: Recorder) -> bool:
        episode, frames = play(*job, Policy("expert"))
        columns = dict(zip(COLUMNS, map(np.stack, zip(*frames.rows, strict=True)), strict=True))
        recorder.save(self.key(job), columns, episode.instruction, {"success": episode.success})
        return True

    def close(self) -> None: ...


@dataclass(frozen=True)
class PolicyTraining:
    """Learn the expert's law from its demonstrations."""

    data: Folder = DATA / "point-mass"
    out: NewFolder = MODELS / "point-mass"
    steps: Count = 1500


def train(config: PolicyTraining) -> None:
    torch.manual_seed(0)
    seen, done = (torch.from_numpy(Reader(config.data).column(name)) for name in COLUMNS)
    layer = torch.nn.Linear(4, 2, bias=False)
    optimiser = torch.optim.Adam(layer.parameters(), lr=0.05)
    for _ in range(config.steps):
        optimiser.zero_grad()
        (layer(seen).clip(-1.0, 1.0) - done).square().mean().backward()
        optimiser.step()
    config.out.mkdir(parents=True)
    save_file({"weight": layer.weight.detach().numpy()}, config.out / "policy.safetensors")
    model_folder.write(config.out, {"kind": "point"})


def points() -> list[Point]:
    return [Point(task, eval={"task": (task,)}) for task in FAR]


SUITE = Suite(
    name="point-mass", step=STEP, tasks=lambda: tuple(FAR), worker=lambda: Worker, source=Source,
    policies=("expert",), trainings={"policy": Training(lambda: PolicyTraining, train)},
    filmed=False, unused={"eval": ("ask", "perturb", "fault", "stack"), "collect": ("task",)},
    sweeps=lambda: (Sweep("reach", "Reach", "How far off may it be?", "task", points),),
)  # fmt: skip
