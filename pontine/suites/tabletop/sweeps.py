"""The sweeps on the tabletop."""

from body.robots.registry import ROBOTS
from episodes.places import MODELS
from pontine.sweeps.sweep import Point, Sweep
from sim.perturbations import PERTURBATIONS

HZ = (2.0, 4.0, 5.0, 10.0, 20.0, 50.0, 100.0)
BRAIN_HZ = (0.5, 1.0, 2.0, 4.0)
LATENCY_MS = (0.0, 150.0, 300.0, 600.0, 900.0)
DISTRACTORS = (2, 4, 6, 8, 10)
DELAYS = (1, 2, 4, 8)
FLAT = MODELS / "tabletop-flat"
STRENGTHS = (0.25, 0.5, 1.0)


def _control() -> list[Point]:
    return [
        Point(hz, tokens, stack={"control_hz": hz, "delay": 0, "tokens": tokens})
        for tokens in ("oracle", "brain")
        for hz in HZ
    ]


def _brain_rate() -> list[Point]:
    patient = [
        Point(
            ms, f"{hz:g}, never too old", stack={"brain_hz": hz, "latency_ms": ms, "expires": False}
        )
        for hz in (0.5, 2.0)
        for ms in LATENCY_MS
    ]
    turned = [
        Point(ms, f"{hz:g}", stack={"brain_hz": hz, "latency_ms": ms})
        for hz in BRAIN_HZ
        for ms in LATENCY_MS
    ]
    return [*patient, *turned]


def _distractors() -> list[Point]:
    added = [Point(n, eval={"perturb": (f"distractors={n / 10:g}",)}) for n in DISTRACTORS]
    return [Point(0), *added]


def _perturbations() -> list[Point]:
    turned = [
        Point(strength, name, eval={"perturb": (f"{name}={strength:g}",)})
        for name in PERTURBATIONS
        if name != "distractors"  # a sweep of its own
        for strength in STRENGTHS
    ]
    return [Point(0.0, "none"), *turned]


def _tokens() -> list[Point]:
    return [
        Point(tokens, stack={"tokens": tokens})
        for tokens in ("brain", "oracle", "shuffled", "null")
    ]


def _thought() -> list[Point]:
    return [Point(thought, stack={"thought": thought}) for thought in ("kept", "anew", "off")]


def _instruction() -> list[Point]:
    return [Point("plain"), Point("swapped", eval={"ask": "swap"})]


def _split() -> list[Point]:
    """The flat baseline where it has been trained."""
    policies = {"split": "agent"}
    if (FLAT / "config.json").exists():
        policies["flat"] = str(FLAT)
    return [
        Point(delay, name, eval={"policy": policy}, stack={"delay": delay})
        for name, policy in policies.items()
        for delay in DELAYS
    ]


def _robots() -> list[Point]:
    """Without the controller's network, which reads the joints of the arm it was trained on."""
    return [
        Point(
            arm,
            tokens,
            stack={"robot": arm, "controller": "playback", "tokens": tokens},
        )
        for tokens in ("oracle", "brain")
        for arm in ROBOTS
    ]


def _policies() -> list[Point]:
    return [Point("agent"), Point("expert", eval={"policy": "expert"})]


TABLETOP = (
    Sweep(
        "tokens", "What the tokens carry",
        "Do the tokens matter: the brain's, the expert's, those of another episode, none?",
        "tokens", _tokens,
    ),
    Sweep(
        "thought", "Does thinking help?",
        "Codes under a thought that is kept, under one made anew at every look, or under none?",
        "thought", _thought,
    ),
    Sweep(
        "instruction", "Does it listen?",
        "Asked for something else in the same scene: is that done, or what was asked before?",
        "instruction", _instruction,
    ),
    Sweep(
        "policies", "Beside the expert", "How far is the agent from the expert?", "policy",
        _policies,
    ),
    Sweep(
        "split", "With the split and without",
        "Beside a flat policy of the same size, data and minutes: what is the split worth?",
        "inference delay (steps of 50 ms)", _split, "policy",
    ),
    Sweep(
        "robots", "One brain, other arms",
        "Do action tokens of a brain that only saw the FR3 move other arms?", "robot", _robots,
        "tokens",
    ),
    Sweep(
        "distractors", "A crowded table", "How many more things may stand on the table?",
        "things added", _distractors,
    ),
    Sweep(
        "control_frequency", "How often the controller looks",
        "Does success fall where the controller plans anew fewer than ten times a second?",
        "plans a second of simulated time (Hz)", _control, "tokens",
    ),
    Sweep(
        "brain_rate", "How old the action tokens may be",
        "What do the brain's rate and its latency cost, hence the age of its tokens?",
        "latency (ms)", _brain_rate, "looks a second (Hz)", heat=True, ages=True,
    ),
    Sweep(
        "perturbations", "Outside the laboratory",
        "What costs how much: pictures, places, physics, commands?",
        "strength", _perturbations, "perturbation",
    ),
)  # fmt: skip
