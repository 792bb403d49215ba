"""The words of each language: whatever a sentence is put together from, as plain tables."""

from sim.tasks.languages.tables import Chatter, Language
from sim.tasks.languages.wording import (
    CHATTER,
    LANGUAGES,
    PLAIN,
    UnknownLanguageError,
    Wording,
)

__all__ = [
    "CHATTER", "LANGUAGES", "PLAIN", "Chatter", "Language", "UnknownLanguageError", "Wording",
]  # fmt: skip
