"""What a bag lacks, told with why, with what is there instead, and with a remedy that helps."""

from collections.abc import Sequence

from pontine.ros import names
from pontine.ros.bag import Bag
from pontine.ros.errors import BagError
from pontine.ros.stream_reader import SHOWN, named

KINDS = {
    "joints": ("joint_states",), "commands": ("trajectory", "positions"), "gripper": ("gripper",),
    "instruction": ("instruction",), "wrist": ("image wrist",), "fixed": ("image fixed",),
}  # fmt: skip
# what the first refused message says: what then helps
REMEDIES = (
    ("look like degrees", "read the arm's joints as degrees (--degrees)"),
    ("it came", "go by when the messages were received (--stamps received)"),
    ("no reading of the fingers", "name the joints that add up to the opening (--fingers)"),
    ("is missing", "name the robot that was recorded (--robot)"),
    ("is not read", "record it in an encoding that is read, such as rgb8"),
)


def check_whole(bag: Bag, missing: Sequence[str]) -> None:
    """Raise BagError where `missing` (of `KINDS`) names anything, or no instruction was said."""
    lacking = list(missing)
    if not any(stretch.instructions.values for stretch in bag.stretches):
        lacking.append("instruction")
    if not lacking:
        return
    why = "; ".join(
        f"no {name} ({', nor: '.join(absence(bag, kind) for kind in KINDS[name])})"
        for name in lacking
    )
    remedies = dict.fromkeys(_remedy(bag, name) for name in lacking)
    raise BagError(bag.path, f"holds {why}; it holds {holdings(bag)}", "; ".join(remedies))


def absence(bag: Bag, kind: str) -> str:
    """Why there is nothing of `kind`, for people: no topic, another type, all left out."""
    name = named(bag.topics, kind)
    own = {topic: n for topic, n in bag.storage.topics.items() if topic.name == name}
    if not own:
        return f"there is no topic {name}"
    good = [topic for topic in own if topic.kind in names.types(kind)]
    if not good:
        kinds = ", ".join(topic.kind or "no type" for topic in own)
        return f"{name} is of type {kinds}, must be {' or '.join(names.types(kind))}"
    count = sum(own[topic] for topic in good)
    if not count:
        return f"nothing came on {name}"
    why = bag.why.get(name, "")
    return (
        f"{bag.refused[name]} of {count} messages on {name} are left out, the first because {why}"
    )


def holdings(bag: Bag) -> str:
    """The topics that are there, with types and counts."""
    topics = sorted(bag.storage.topics.items(), key=lambda item: item[0].name)
    shown = [f"{topic.name} ({topic.kind or 'no type'}, {n})" for topic, n in topics if n]
    more = [f"and {len(shown) - SHOWN} more topics"] if len(shown) > SHOWN else []
    return ", ".join([*shown[:SHOWN], *more]) or "no message"


def _remedy(bag: Bag, name: str) -> str:
    for kind in KINDS[name]:
        why = bag.why.get(named(bag.topics, kind), "")
        for words, remedy in REMEDIES:
            if words in why:
                return remedy
    if name == "instruction":
        return "say what was done in it (--instruction TEXT)"
    ours = named(bag.topics, KINDS[name][0]).lstrip("/")
    return f"name a topic of another name (--remap {ours}=/THEIRS), or record it too"
