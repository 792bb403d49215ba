"""The tasks of the tabletop, by name, and the episodes that a seed gives."""

from episodes.vocabulary import Step
from sim.tasks.base import Goal, SuccessMonitor, Task
from sim.tasks.episode import Episode, absent_episode, sample_episode, swapped_episode
from sim.tasks.grammar import absent_instruction, non_task_sentence, phrase
from sim.tasks.languages import LANGUAGES, UnknownLanguageError, Wording
from sim.tasks.registry import BASIC, TASKS, UnknownTaskError, spoken, task

__all__ = [
    "BASIC", "LANGUAGES", "TASKS", "Episode", "Goal", "Step", "SuccessMonitor", "Task",
    "UnknownLanguageError", "UnknownTaskError", "Wording", "absent_episode", "absent_instruction",
    "non_task_sentence", "phrase", "sample_episode", "spoken", "swapped_episode", "task",
]  # fmt: skip
