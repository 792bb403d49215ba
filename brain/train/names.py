"""The words for the ids in `scene.objects`."""

KINDS = ("cube", "ball", "cylinder", "bowl", "plate", "drawer", "button", "knob")
COLOURS = ("red", "green", "blue", "yellow", "purple", "orange")


def name(kind: int, colour: int) -> str:
    """`red cube` for the ids of kind and colour."""
    return f"{COLOURS[colour]} {KINDS[kind]}"
