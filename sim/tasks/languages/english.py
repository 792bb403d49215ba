"""The tabletop in English, in lower case without a full stop."""

from episodes.vocabulary import COLOURS
from sim.tasks.languages.tables import Language

_SEEN = {
    "reach": (
        "reach the {o}", "touch the {o}", "go to the {o}", "move to the {o}", "point at the {o}",
        "hover over the {o}", "move your hand over the {o}", "go above the {o}",
        "approach the {o}", "bring the gripper to the {o}", "reach for the {o}",
        "hold your hand over the {o}",
    ),
    "pick": (
        "pick up the {o}", "grab the {o}", "lift the {o}", "take the {o}", "pick the {o}",
        "grasp the {o}", "raise the {o}", "pick the {o} up", "lift up the {o}",
        "grab the {o} and lift it", "take the {o} off the table", "get the {o}",
    ),
    "place_in": (
        "put the {o} {in} the {d}", "place the {o} {in} the {d}", "drop the {o} {in} the {d}",
        "move the {o} {in} the {d}", "set the {o} {in} the {d}", "lay the {o} {in} the {d}",
        "pick up the {o} and put it {in} the {d}", "grab the {o} and drop it {in} the {d}",
        "bring the {o} to the {d}", "the {o} goes {in} the {d}",
        "take the {o} and place it {in} the {d}", "transfer the {o} to the {d}",
    ),
    "stack": (
        "stack the {o} on the {d}", "put the {o} on top of the {d}", "place the {o} on the {d}",
        "set the {o} on top of the {d}", "stack the {o} on top of the {d}",
        "put the {o} on the {d}", "build a tower with the {o} on the {d}",
        "pick up the {o} and stack it on the {d}", "pile the {o} on the {d}",
        "balance the {o} on the {d}", "move the {o} on top of the {d}",
        "take the {o} and put it on the {d}",
    ),
    "spatial": (
        "pick up the {o}", "grab the {o}", "lift the {o}", "take the {o}", "grasp the {o}",
        "raise the {o}", "get the {o}", "lift up the {o}",
    ),
    "sort_by_colour": (
        "put everything {a} {in_a} the {c} and everything {b} {in_b} the {d}",
        "put the {a} things {in_a} the {c} and the {b} things {in_b} the {d}",
        "sort by colour , {a} {in_a} the {c} and {b} {in_b} the {d}",
        "sort the things , {a} ones go {in_a} the {c} and {b} ones {in_b} the {d}",
    ),
    "push_to": (
        "push the {o} to the {d}", "slide the {o} over to the {d}", "slide the {o} to the {d}",
        "push the {o} over to the {d}", "shove the {o} to the {d}", "nudge the {o} to the {d}",
        "slide the {o} across the table to the {d}", "push the {o} towards the {d}",
    ),
    "open_drawer": (
        "open the {o}", "pull the {o} open", "pull open the {o}", "slide the {o} open",
        "open up the {o}", "pull out the {o}", "pull the {o} out", "get the {o} open",
    ),
    "close_drawer": (
        "close the {o}", "shut the {o}", "push the {o} shut", "push the {o} closed",
        "slide the {o} shut", "push the {o} in", "get the {o} closed", "push shut the {o}",
    ),
    "press_button": (
        "press the {o}", "push the {o}", "push down the {o}", "press down the {o}",
        "press the {o} down", "hit the {o}", "tap the {o}", "press down on the {o}",
    ),
    "turn_knob": (
        "turn the {o} to the {w}", "rotate the {o} to the {w}", "twist the {o} to the {w}",
        "turn the {o} {w}", "rotate the {o} {w}", "spin the {o} to the {w}",
        "turn the {o} towards the {w}", "give the {o} a turn to the {w}",
    ),
    "follow": (
        "follow the {o}", "keep your hand over the {o}", "track the {o}", "stay over the {o}",
        "stay above the {o}", "keep above the {o}", "keep the gripper over the {o}",
        "follow the {o} with your hand",
    ),
}  # fmt: skip
_HELD_OUT = {
    "reach": ("move the gripper to the {o}", "go over to the {o}", "hold the gripper over the {o}"),
    "pick": ("take hold of the {o} and lift it", "grab the {o} off the table", "raise up the {o}"),
    "place_in": (
        "grab the {o} and put it {in} the {d}", "take the {o} to the {d}",
        "pick up the {o} and drop it {in} the {d}",
    ),
    "stack": (
        "place the {o} on top of the {d}", "grab the {o} and stack it on the {d}",
        "pick up the {o} and set it on top of the {d}",
    ),
    "spatial": ("take hold of the {o}", "raise up the {o}"),
    "sort_by_colour": ("put all {a} things {in_a} the {c} and all {b} things {in_b} the {d}",),
    "push_to": ("shove the {o} over to the {d}", "push the {o} across the table to the {d}"),
    "open_drawer": ("slide open the {o}", "slide the {o} out"),
    "close_drawer": ("slide the {o} closed", "slide shut the {o}"),
    "press_button": ("push the {o} down", "push down on the {o}"),
    "turn_knob": ("twist the {o} {w}", "rotate the {o} towards the {w}"),
    "follow": ("keep your hand above the {o}", "track the {o} with your hand"),
}  # fmt: skip
_RELATIONS = {
    "largest": ("largest {k}", "biggest {k}"),
    "smallest": ("smallest {k}", "tiniest {k}"),
    "leftmost": ("leftmost {k}", "{k} on the far left"),
    "rightmost": ("rightmost {k}", "{k} on the far right"),
    "nearest": ("{k} nearest to you", "{k} closest to you"),
    "farthest": ("{k} farthest from you", "most distant {k}"),
    "beside": ("{k} nearest to the {r}", "{k} closest to the {r}"),
    "away": ("{k} farthest from the {r}", "{k} most distant from the {r}"),
    "left": ("{k} left of the {r}", "{k} to the left of the {r}"),
    "right": ("{k} right of the {r}", "{k} to the right of the {r}"),
    "before": ("{k} closer to you than the {r}", "{k} nearer to you than the {r}"),
    "behind": ("{k} farther from you than the {r}", "{k} more distant than the {r}"),
    "not": ("{k} that is not {c}", "{k} that is neither {c} nor {d}"),
}
_HELD_OUT_RELATIONS = {
    "largest": ("{k} that is the largest",),
    "smallest": ("{k} that is the smallest",),
    "leftmost": ("{k} that is leftmost",),
    "rightmost": ("{k} that is rightmost",),
    "nearest": ("{k} that is nearest to you",),
    "farthest": ("{k} that is farthest from you",),
    "beside": ("{k} that is closest to the {r}",),
    "away": ("{k} that is farthest from the {r}",),
    "left": ("{k} that is left of the {r}",),
    "right": ("{k} that is right of the {r}",),
    "before": ("{k} that is closer to you than the {r}",),
    "behind": ("{k} that is farther from you than the {r}",),
    "not": ("{k} which is not {c}", "{k} which is neither {c} nor {d}"),
}
ENGLISH = Language(
    seen=_SEEN, held_out=_HELD_OUT,
    relations=_RELATIONS, held_out_relations=_HELD_OUT_RELATIONS,
    nouns={
        "cube": ("cube", "cube", "block"), "ball": ("ball", "ball", "sphere"),
        "cylinder": ("cylinder", "cylinder", "can"), "bowl": ("bowl",), "plate": ("plate",),
        "drawer": ("drawer",), "button": ("button",), "knob": ("knob", "knob", "dial"),
    },
    colours={c: c for c in COLOURS},
    joints=(" ",),
    inside={"in": ("in", "in", "into")}, onto={"in": ("on", "on", "onto")},
    before=("please ", "now ", "can you ", "robot , "), after=(" please", " now"),
    ways={"left": "left", "right": "right"},
)  # fmt: skip
