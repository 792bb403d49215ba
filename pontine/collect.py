"""`pontine collect`: the expert's demonstrations, recorded as a LeRobot data set."""

import multiprocessing as mp
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from episodes.cache_build import CacheSettings, build
from episodes.check import check
from episodes.columns import TASK_LABELS
from episodes.seeds import check_split
from episodes.writer import Recorder
from sim.expert import Expert
from sim.noise import NoiseConfig
from sim.stills import stills
from sim.tasks import TASKS, sample_episode
from sim.worlds import World

STILLS = "stills"
SPAN = 1_000_000_000  # keys: label * SPAN + seed, so every task's episodes stand together


@dataclass(frozen=True)
class CollectConfig:
    """Record the scripted expert (with deliberate errors, cleanly labelled) and still scenes.

    Attributes:
        task: "all" (the tasks and stills), or names of tasks, or "stills".
        episodes: in all, shared evenly among the named tasks.
        stills: still episodes (4 pictures each) when `task` is all.
        seed: first training seed.
        out: the data set's folder; run again to resume.
        workers: processes.
        clean: True: the expert makes no deliberate errors.
        keep_failures: also keep episodes that the expert did not solve.
        cache: where to build the training cache ("": beside the data set, "none": not at all).
        fixed_every: every how many frames the fixed camera goes into the cache.
    """

    task: tuple[str, ...] = ("all",)
    episodes: int = 2000
    stills: int = 9000
    seed: int = 0
    out: Path = Path("data/tabletop")
    workers: int = 2
    clean: bool = False
    keep_failures: bool = False
    cache: str = ""
    fixed_every: int = 6


def collect(config: CollectConfig) -> dict[str, Any]:
    """Record what is missing, merge, read everything back, build the cache."""
    begun = time.perf_counter()
    recorder = Recorder(config.out)
    done = recorder.finished()
    todo = [job for job in _jobs(config) if _key(job) not in done]
    kept = 0
    bar = tqdm(total=len(todo), desc="record", unit="episode", smoothing=0.05)
    for ok in _run(config, todo):
        kept += ok
        bar.update()
        bar.set_postfix(kept=kept)
    bar.close()
    recorder.merge()
    recorded = time.perf_counter() - begun
    result = check(config.out)
    print(
        f"{config.out}: {result.episodes} episodes, {result.frames} frames, read back and "
        f"checked, hash {result.hash}; {len(todo)} recorded in {recorded / 60:.1f} min"
    )
    if config.cache != "none":
        folder = Path(config.cache) if config.cache else config.out.with_name(_cache_name(config))
        build(config.out, folder, CacheSettings(config.fixed_every), workers=config.workers)
        print(f"{folder}: training cache ready")
    return {"episodes": result.episodes, "frames": result.frames, "hash": result.hash}


Job = tuple[str, int]


def _cache_name(config: CollectConfig) -> str:
    return config.out.name + "-cache"


def _jobs(config: CollectConfig) -> list[Job]:
    names = tuple(TASKS) if config.task == ("all",) else config.task
    unknown = [n for n in names if n not in TASKS and n != STILLS]
    if unknown:
        known = ", ".join([*TASKS, STILLS])
        raise SystemExit(f"no task {', '.join(unknown)}; known: all, {known}")
    share = config.episodes // len(names)
    jobs = [(name, config.seed + k) for k in range(share) for name in names]
    if config.task == ("all",):
        jobs += [(STILLS, config.seed + k) for k in range(config.stills)]
    for _, seed in jobs:
        check_split(seed, "train")
    return jobs


def _key(job: Job) -> int:
    return TASK_LABELS[job[0]] * SPAN + job[1]


def _run(config: CollectConfig, todo: list[Job]) -> Iterator[bool]:
    if config.workers <= 1:
        _start(config)
        yield from map(_record, todo)
        return
    os.environ["OMP_NUM_THREADS"] = "1"
    # fork would hang once the parent has rendered
    with mp.get_context("spawn").Pool(config.workers, _start, (config,)) as pool:
        yield from pool.imap_unordered(_record, todo, chunksize=2)


_state: dict[str, Any] = {}


def _start(config: CollectConfig) -> None:
    _state.update(config=config, expert=Expert(World()), recorder=Recorder(config.out))


def _record(job: Job) -> bool:
    config, expert, recorder = _state["config"], _state["expert"], _state["recorder"]
    name, seed = job
    if name == STILLS:
        columns = stills(expert.world, seed).columns
        recorder.save(_key(job), columns, "look", {"seed": seed, "success": True})
        return True
    noise = None if config.clean else NoiseConfig()
    recording = expert.run(sample_episode(name, seed), noise, ("fixed", "wrist"))
    if not (recording.success or config.keep_failures):
        return False
    columns = {key: np.asarray(value) for key, value in recording.columns.items()}
    notes = {"seed": seed, "success": recording.success}
    recorder.save(_key(job), columns, recording.instruction, notes)
    return True
