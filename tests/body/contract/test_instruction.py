"""What is a sentence, and what is refused with words of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from body.contract.instruction import LONGEST, InstructionError, checked_instruction, quoted


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "without a word"), (" \t ", "without a word"), ("\u200b\u200e", "without a word"),
        ("pick\nit", "control character"), ("pick\x00it", "control character"),
        ("pick\x1b[2Jit", "control character"), ("pick\u2028it", "control character"),
        ("pick\x85it", "control character"), ("pick \udce4", "no UTF-8"), ("a" * 513, "513 bytes"),
        ("把" * 171, "513 bytes"), ("a" * 100_000, "100000 bytes"),
    ],
)  # fmt: skip
def test_what_is_no_sentence_is_refused(text: str, cause: str) -> None:
    with pytest.raises(InstructionError, match=cause) as refused:
        checked_instruction(text)
    assert "Remedy: " in str(refused.value) and len(str(refused.value)) < 400
    str(refused.value).encode()


@pytest.mark.parametrize(
    "text",
    ["put the red cube in the blue bowl", "把红色方块放进蓝色碗里", "ضع المكعب \u200fهنا",
     "👍🏽 the 👩\u200d🔬", "a" * LONGEST, "?"],
)  # fmt: skip
def test_any_script_is_a_sentence(text: str) -> None:
    assert checked_instruction(f"  {text} ") == text


@given(st.text(alphabet=st.characters(codec=None), max_size=600))
def test_what_passes_fits_the_bus_and_one_line(text: str) -> None:
    try:
        sentence = checked_instruction(text)
    except InstructionError:
        return
    assert sentence and len(sentence.encode("utf-8")) <= LONGEST
    assert len(sentence.splitlines()) == 1 and checked_instruction(sentence) == sentence


def test_a_message_shows_anything_in_short() -> None:
    assert quoted("\udce4") == r"'\udce4'" and quoted(-1) == "-1"
    assert len(quoted("x" * 10**6)) < 200
