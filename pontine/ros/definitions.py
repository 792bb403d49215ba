"""What messages are made of: as a bag itself says, else as ROS and the installed packages do."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pontine.ros.entries import Topic
from pontine.ros.errors import BagError
from pontine.ros.graph import prefixes

INSTALL = "pip install 'pontine[ros]'"
SOURCE = Path(__file__).resolve().parents[2] / "ros_ws" / "src"  # of our own packages
NEWEST = "kilted"
OLDEST = "humble"  # bags without definitions and without a name: Iron and later write them


def shares() -> list[Path]:
    """Folders in which packages keep their .msg files: installed ones, then our sources."""
    return [*(prefix / "share" for prefix in prefixes()), SOURCE]


def message_store(
    kinds: Iterable[str], folders: Iterable[Path], path: Path, distribution: str = NEWEST
) -> Any:
    """A typestore that knows `kinds` ("package/msg/Type") and what they are made of.

    Args:
        folders: see :func:`shares`. path: of the bag, for the error. distribution: of ROS, whose
            own messages it knows.

    Raises:
        BagError: rosbags is not installed, or a definition is not to be found.
    """
    try:
        from rosbags.typesys import Stores, get_types_from_msg, get_typestore
    except ImportError as error:
        raise BagError(path, "rosbags is not installed", INSTALL) from error
    known = {store.value.removeprefix("ros2_"): store for store in Stores}
    store = get_typestore(known.get(distribution, known[NEWEST]))
    folders = list(folders)
    waiting = [full(kind) for kind in kinds]
    found: dict[str, Any] = {}
    while waiting:
        kind = waiting.pop()
        if kind in store.fielddefs or kind in found:
            continue
        package, _, name = kind.split("/")
        files = [folder / package / "msg" / f"{name}.msg" for folder in folders]
        file = next((file for file in files if file.exists()), None)
        if file is None:
            raise BagError(
                path, f"the definition of {kind} is not found below {', '.join(map(str, folders))}",
                "build its package, and set AMENT_PREFIX_PATH to where it is installed",
            )  # fmt: skip
        types = get_types_from_msg(file.read_text(encoding="utf-8"), kind)
        found.update(types)
        waiting += parts(types[kind])
    store.register(found)
    return store


def own_store(topic: Topic) -> Any:
    """A typestore of what the bag itself says of `topic`'s kind.

    Raises:
        Exception: it cannot be understood; of whatever kind the parser raises.
    """
    from rosbags.typesys import Stores, get_types_from_idl, get_types_from_msg, get_typestore

    assert topic.definition is not None
    text, types = topic.definition.text, dict[str, Any]()
    if topic.definition.language == "msg":
        types = get_types_from_msg(text, topic.kind)
    else:
        for part in _idl(text):
            types.update(get_types_from_idl(part))
    store = get_typestore(Stores.EMPTY)
    store.register(types)
    store.get_msgdef(topic.kind)  # complains now rather than at the first message
    return store


def full(kind: str) -> str:
    """ "package/msg/Type", also from "package/Type"."""
    parts = kind.split("/")
    return f"{parts[0]}/msg/{parts[-1]}"


def parts(definition: Any) -> list[str]:
    """Names of the messages that a message is made of."""
    found: list[str] = []

    def look(value: Any) -> None:
        if isinstance(value, str) and "/" in value:
            found.append(value)
        elif isinstance(value, list | tuple):
            for item in value:
                look(item)

    for _, field in definition[1]:
        look(field)
    return found


def _idl(text: str) -> Iterator[str]:
    """The definitions in `text`, one a message: each is headed by a line of "=" and its name."""
    line = "=" * 80 + "\nIDL: "
    if not text.startswith(line):
        yield text
        return
    for part in text.split(line)[1:]:
        yield part.split("\n", 1)[1]
