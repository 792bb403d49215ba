"""The sweeps on Meta-World's fifty tasks. But for the first, pictures are the fast ones."""

from typing import Any

from pontine.suites.metaworld.policy_factory import BRAIN_HZ
from pontine.sweeps.sweep import Point, Sweep
from sim.suites.metaworld.protocol import STEPS_A_SECOND

FAST: dict[str, Any] = {"shadows": False}
# no network does better yet than the experts' own law
LAW: dict[str, Any] = {"controller": "playback"}
LATE_STEPS = (0, 5, 10, 15)
LOOKS_HZ = (4.0, 5.0, 10.0, 20.0)


def _published() -> list[Point]:
    return [
        Point("agent", stack=LAW),
        Point("agent, fast pictures", eval=FAST, stack=LAW),
        Point("expert", eval={"policy": "expert"}),
    ]


def _tokens() -> list[Point]:
    return [
        Point(tokens, eval=FAST, stack={**LAW, "tokens": tokens})
        for tokens in ("brain", "oracle", "shuffled", "null")
    ]


def _delay() -> list[Point]:
    return [
        # None is the agent's own, no latency: a point that other sweeps have as well
        Point(
            steps,
            tokens,
            FAST,
            {**LAW, "tokens": tokens, "latency_ms": 1e3 * steps / STEPS_A_SECOND or None},
        )
        for tokens in ("oracle", "brain")
        for steps in LATE_STEPS
    ]


def _looks() -> list[Point]:
    return [
        Point(
            hz,
            tokens,
            FAST,
            {**LAW, "tokens": tokens, "brain_hz": hz if hz != BRAIN_HZ else None},
        )
        for tokens in ("oracle", "brain")
        for hz in LOOKS_HZ
    ]


def _thought() -> list[Point]:
    return [
        Point(thought, eval=FAST, stack={**LAW, "thought": thought})
        for thought in ("kept", "anew", "told")
    ]


METAWORLD = (
    Sweep(
        "mt50", "Meta-World MT50", "How many of the fifty tasks, as others measure it?", "policy",
        _published,
    ),
    Sweep(
        "mt50_tokens", "What the tokens carry on Meta-World",
        "The brain's, the expert's, those of another task, none?", "tokens", _tokens,
    ),
    Sweep(
        "mt50_delay", "Late tokens on Meta-World",
        "What does it cost that tokens take effect so many steps after the picture?",
        "delay (steps of 12.5 ms)", _delay, "tokens",
    ),
    Sweep(
        "mt50_looks", "How often the brain looks on Meta-World",
        "How long may an aim be held?", "looks a second (Hz)", _looks, "tokens",
    ),
    Sweep(
        "mt50_thought", "Thoughts on Meta-World",
        "Codes under a thought that is renewed once a second, at every look, or the simulator's?",
        "thought", _thought,
    ),
)  # fmt: skip
