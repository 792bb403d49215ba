"""Writes the brain's lessons: for pictures of known scenes, sentences, thoughts and codes.

A picture of a table teaches far more than the episode it comes from: with every object known,
any sentence about it, at any step of its task, has a right thought and a right waypoint. So each
picture gets several lessons (their kinds: act, swap, refuse, ask).
"""

import hashlib
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

import sim.tasks
from body import Report
from body.geometry.kinematics import Kinematics
from body.geometry.motion import time_to_go
from body.robots.registry import robot
from cerebellum.codec import WaypointCodec
from episodes import parallel, splits, vocabulary
from episodes.cache import Cache
from episodes.replacing import replacing
from episodes.vocabulary import STILLS, Step
from pontine.suites.tabletop import lessons, questions, sentences, sorting, thoughts
from pontine.suites.tabletop import task_progress as moments
from pontine.suites.tabletop.lessons import Lesson, Snapshot, lessons_for
from sim.tasks import TASKS, Goal

SORTING = TASKS["sort_by_colour"].label
LESSONS_PER_PICTURE = 8
SPAN = 500  # pictures that a process is given at a time


@dataclass
class TeacherConfig:
    """Lessons for the brain.

    Attributes:
        cache: training cache folder. out: dialogues file to write.
        lessons: lessons a picture. seed: of every random choice. workers: processes.
    """

    cache: Path
    out: Path
    lessons: int = LESSONS_PER_PICTURE
    seed: int = 0
    robot: str = "fr3"
    workers: int = 1


@dataclass
class _Table:
    rows: list[int] = field(default_factory=list)
    lessons: list[Lesson] = field(default_factory=list)
    yaws: list[float] = field(default_factory=list)
    poses: list[NDArray[np.float64]] = field(default_factory=list)

    def extend(self, other: "_Table") -> None:
        for own in fields(self):
            getattr(self, own.name).extend(getattr(other, own.name))


def lessons_version() -> str:
    """Of what writes lessons, its sources: lessons of another one are not to be taken for these."""
    writers = lessons, moments, questions, sentences, sorting, splits, thoughts, vocabulary
    files = [Path(str(module.__file__)) for module in writers]
    files += [Path(__file__), *sorted(Path(str(sim.tasks.__file__)).parent.rglob("*.py"))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]


def teach(config: TeacherConfig, codec: WaypointCodec) -> Path:
    """Write dialogues.parquet for every picture in the cache; returns its path."""
    count = len(Cache.open(config.cache).fixed_index)
    spans = [range(first, min(first + SPAN, count)) for first in range(0, count, SPAN)]
    work, label = partial(_taught, config), f"lessons, {SPAN} pictures each"
    tables = {rows.start: table for rows, table in parallel.run(work, spans, config.workers, label)}
    whole = _Table()
    for span in spans:
        whole.extend(tables.pop(span.start))
    return _write(whole, codec, config.out)


def _taught(config: TeacherConfig, span: range) -> tuple[range, _Table]:
    """The lessons of the pictures `span`."""
    cache, spec = Cache.open(config.cache), robot(config.robot)
    frames = np.asarray(cache.fixed_index[span.start : span.stop])
    states = np.asarray(cache["observation.state"][frames], dtype=np.float64)
    poses = Kinematics(spec).tool_pose(states[:, : spec.joints])
    table = _Table()
    for row, frame, pose in zip(span, frames, poses, strict=True):
        rng = np.random.default_rng([config.seed, row])
        snapshot = _snapshot(cache, int(frame), pose)
        for lesson in lessons_for(snapshot, rng, config.lessons):
            table.rows.append(row)
            table.lessons.append(lesson)
            table.yaws.append(float(pose[3]))
            table.poses.append(snapshot.command)
    return span, table


def _snapshot(cache: Cache, frame: int, pose: NDArray[np.float64]) -> Snapshot:
    label = int(cache["task_label"][frame])
    still = label == STILLS
    last = (
        still
        or frame + 1 == len(cache)
        or (int(cache["episode_index"][frame + 1]) != int(cache["episode_index"][frame]))
    )
    previous, step = int(cache["plan.previous_step"][frame]), Step(int(cache["plan.step"][frame]))
    return Snapshot(
        objects=np.array(cache["scene.objects"][frame]),
        command=pose if still else np.array(cache["observation.command"][frame][:4], np.float64),
        still=still,
        last=bool(last),
        label=label,
        instruction=cache.instructions[int(cache["task_index"][frame])],
        goal=_goal(cache, frame),
        step=step,
        previous=Step(previous) if previous >= 0 else None,
        report=Report(int(cache["plan.report"][frame])),
        former=None if still else _other_part(cache, frame, -1),
        upcoming=_other_part(cache, frame, 1) if step is Step.DONE and not still else None,
        parts=_parts(cache, frame) if label == SORTING else (),
    )


def _goal(cache: Cache, frame: int) -> Goal:
    target, destination, slot = (int(value) for value in cache["scene.goal"][frame])
    return Goal(target, destination, slot)


def _other_part(cache: Cache, frame: int, way: int) -> Goal | None:
    """The goal of the part before (`way` -1) or after (1) that at `frame`; None: there is none."""
    goal, own = _goal(cache, frame), int(cache["episode_index"][frame])
    while 0 <= frame < len(cache) and int(cache["episode_index"][frame]) == own:
        other = _goal(cache, frame)
        if other != goal:
            return other
        frame += way
    return None


def _parts(cache: Cache, frame: int) -> tuple[Goal, ...]:
    """The goals of the episode's parts, as they were begun."""
    episodes = cache["episode_index"]
    own = int(episodes[frame])
    first, last = frame, frame
    while first > 0 and int(episodes[first - 1]) == own:
        first -= 1
    while last + 1 < len(cache) and int(episodes[last + 1]) == own:
        last += 1
    goals = np.asarray(cache["scene.goal"][first : last + 1]).astype(int)
    return tuple(dict.fromkeys(Goal(int(t), int(d), int(slot)) for t, d, slot in goals))


def _write(table: _Table, codec: WaypointCodec, out: Path) -> Path:
    acting = [i for i, lesson in enumerate(table.lessons) if lesson.waypoint is not None]
    waypoints = np.array([table.lessons[i].waypoint for i in acting]).reshape(-1, 5)
    poses = np.array([table.poses[i] for i in acting]).reshape(-1, 4)
    closed = np.array([table.lessons[i].held for i in acting], bool)
    seconds = time_to_go(poses, waypoints[:, :4], closed)
    encoded = codec.encode_rows(np.column_stack([waypoints, seconds]))
    codes: list[list[int]] = [[] for _ in table.lessons]
    for i, row in zip(acting, encoded.tolist(), strict=True):
        codes[i] = row
    columns = {
        "fixed_row": pa.array(table.rows, pa.int64()),
        "instruction": pa.array([lesson.instruction for lesson in table.lessons]),
        "before": pa.array([lesson.before for lesson in table.lessons]),
        "report": pa.array([int(lesson.report) for lesson in table.lessons], pa.int8()),
        "hand_yaw": pa.array(table.yaws, pa.float32()),
        "thought": pa.array([lesson.thought for lesson in table.lessons]),
        "codes": pa.array(codes, pa.list_(pa.int16())),
        "kind": pa.array([lesson.kind for lesson in table.lessons]),
        "loss_thought": pa.array([lesson.loss_thought for lesson in table.lessons]),
    }
    metadata = {"codec_id": codec.codec_id}
    with replacing(out) as partial:
        pq.write_table(pa.table(columns).replace_schema_metadata(metadata), partial)
    return out
