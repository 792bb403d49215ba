"""Which sentences are meant: of which language, and whether training may see them."""

from dataclasses import dataclass

from body import BodyError
from sim.tasks.languages.chinese import CHINESE
from sim.tasks.languages.chinese_chatter import CHINESE_CHATTER
from sim.tasks.languages.english import ENGLISH
from sim.tasks.languages.english_chatter import ENGLISH_CHATTER
from sim.tasks.languages.tables import Chatter, Language

LANGUAGES: dict[str, Language] = {"en": ENGLISH, "zh": CHINESE}
CHATTER: dict[str, Chatter] = {"en": ENGLISH_CHATTER, "zh": CHINESE_CHATTER}
PHRASINGS = ("seen", "held_out", "all")


class UnknownLanguageError(BodyError):
    """Nothing is said in this language; says in which it is."""


@dataclass(frozen=True)
class Wording:
    """How goals are said.

    Attributes:
        phrasing: "seen" in training, "held_out" of it, or "all".
        language: "en" or "zh".

    Raises:
        UnknownLanguageError, ValueError: names those that there are.
    """

    phrasing: str = "seen"
    language: str = "en"

    def __post_init__(self) -> None:
        if self.phrasing not in PHRASINGS:
            raise ValueError(f"phrasing must be seen, held_out or all, got {self.phrasing!r}")
        if self.language not in LANGUAGES:
            raise UnknownLanguageError(
                f"no language {self.language!r}; known: {', '.join(LANGUAGES)}"
            )

    @property
    def words(self) -> Language:
        """The tables of the language."""
        return LANGUAGES[self.language]


PLAIN = Wording()
