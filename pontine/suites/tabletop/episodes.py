"""From a case of an evaluation to scene, goal and sentence on the tabletop."""

from dataclasses import replace

from body.robots.registry import robot
from episodes.splits import NON_TASK
from pontine.evaluation.cases import Case
from pontine.evaluation.config import EvalConfig
from sim.tasks import (
    Episode,
    Goal,
    absent_episode,
    non_task_sentence,
    sample_episode,
    swapped_episode,
)
from sim.worlds.look import in_turn, under


def episode_of(case: Case, config: EvalConfig) -> tuple[Episode, Goal | None]:
    """The scene, goal and sentence of `case`; and the goal of the sentence it was swapped for."""
    episode, old = _asked(case, config)
    given = in_turn(config.worlds, case.seed)
    return replace(episode, scene=under(episode.scene, given)), old


def _asked(case: Case, config: EvalConfig) -> tuple[Episode, Goal | None]:
    which = (case.task, case.seed, config.pairs, config.phrasings)
    reach, language = robot(config.stack.robot).reach, config.language
    if config.ask == "absent":
        return absent_episode(*which, reach=reach, language=language), None
    if config.ask == "swap":
        return swapped_episode(*which, reach=reach, language=language)
    episode = sample_episode(*which, reach=reach, language=language)
    if config.ask == "task":
        return episode, None
    sentence = non_task_sentence(NON_TASK.rng(case.seed), "held_out", language)
    return Episode(episode.task, episode.seed, episode.scene, Goal(-1, -1), sentence), None
