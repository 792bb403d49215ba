"""What may be asked of the arm: a sentence on one line, in any script, of at most 512 bytes."""

import unicodedata

from body.contract.errors import BodyError

LONGEST = 512  # bytes of UTF-8: the field of the bus; and half of the shipped brain's context
_SHOWN = 80  # characters that a message quotes
_LINE_ENDS = ("Cc", "Zl", "Zp")  # Unicode's categories of controls and of ends of lines
_VISIBLE = "LNSP"  # first letters of those of letters, numbers, symbols and punctuation


class InstructionError(BodyError):
    """A sentence cannot be carried out as it is written: says why, and what to write."""


def instruction_fault(text: str) -> tuple[str, str] | None:
    """What is wrong with `text` as an instruction, and the remedy; None where nothing is."""
    if not any(unicodedata.category(character)[0] in _VISIBLE for character in text):
        return "an instruction without a word", 'say what to do, as in "pick up the red cube"'
    for character in text:
        if unicodedata.category(character) in _LINE_ENDS:
            return (
                f"holds the control character {character!r}",
                "write it on one line of plain text",
            )
        if unicodedata.category(character) == "Cs":
            return "holds bytes that are no UTF-8", "write it in UTF-8"
    if (size := len(text.encode())) > LONGEST:
        return f"{size} bytes long, {LONGEST} at most", "say it in a sentence or two"
    return None


def checked_instruction(text: str) -> str:
    """`text` without blanks around it.

    Raises:
        InstructionError: it is empty or blank, has control characters (newlines are some) or
            unpaired surrogates, or more than 512 bytes of UTF-8.
    """
    text = text.strip(" \t")
    if (found := instruction_fault(text)) is not None:
        cause, remedy = found
        raise InstructionError(f"instruction {quoted(text)}: {cause}. Remedy: {remedy}")
    return text


def quoted(value: object) -> str:
    """A value as a message shows it: what cannot be printed is spelt out, what is long is cut."""
    value = value if isinstance(value, (int, float, str)) else str(value)
    text = ascii(value) if any("\ud800" <= c <= "\udfff" for c in str(value)) else repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}... ({len(str(value))} characters)"
