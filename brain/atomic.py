"""The tokens that are never split: places, turns, actions, reports, and what frames a thought."""

PAD, END, IMAGE, BEFORE = "<pad>", "</s>", "<image>", "<before>"
THINK, THOUGHT_END = "<think>", "</think>"
REPORT_WORDS = ("<moving>", "<arrived>", "<holding>", "<missed>")  # in the order of body.Report
LOCATIONS, YAWS, ACTS = 64, 48, 128


def atomic_tokens(acts: int = ACTS) -> list[str]:
    """Every token that is never split, in vocabulary order after `<pad> </s> <image>`."""
    return [
        BEFORE, THINK, THOUGHT_END, *REPORT_WORDS,
        *(f"<loc_{i}>" for i in range(LOCATIONS)),
        *(f"<yaw_{i}>" for i in range(YAWS)),
        *(f"<act_{i}>" for i in range(acts)),
    ]  # fmt: skip
