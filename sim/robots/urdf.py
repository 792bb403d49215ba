"""A URDF made ready for MuJoCo's own reader: meshes found, and what that reader drops kept."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import mujoco

from body import RobotFileError

READABLE = (".stl", ".obj", ".msh")  # meshes, by MuJoCo
UPWARDS = 6  # folders above the file in which a package is looked for


@dataclass(frozen=True)
class Urdf:
    """What was read.

    Attributes:
        spec: MuJoCo's, uncompiled.
        velocity: rad/s by joint, where the file says it.
        dropped: meshes in formats that MuJoCo does not read.
    """

    spec: mujoco.MjSpec
    velocity: dict[str, float]
    dropped: tuple[str, ...]


def read_urdf(path: Path, packages: Sequence[Path] = ()) -> Urdf:
    """Read the URDF at `path`.

    Args:
        packages: folders in which `package://NAME/...` is looked for, beside those above the file.

    Raises:
        RobotFileError: it is no URDF, or meshes are missing (all of them are named).
    """
    try:
        text = path.read_bytes()
        root = ElementTree.fromstring(_bound(text))
    except ElementTree.ParseError as error:
        raise RobotFileError(path, f"is no XML: {error}", "mend it") from error
    if b"<xacro:" in text:
        raise RobotFileError(path, "is a xacro", f"write it out: xacro {path.name} > arm.urdf")
    if root.tag != "robot":
        raise RobotFileError(path, f"is no URDF: it begins with <{root.tag}>", "give an arm's file")
    dropped = _meshes(path, root, packages)
    _keep_all(root)
    try:
        spec = mujoco.MjSpec.from_string(ElementTree.tostring(root, encoding="unicode"))
    except ValueError as error:
        raise RobotFileError(path, f"is not read by MuJoCo: {error}", "mend it") from error
    velocity = {}
    for joint in root.findall("joint"):
        limit = joint.find("limit")
        said = "" if limit is None else limit.get("velocity", "")
        try:
            if float(said) > 0:
                velocity[joint.get("name", "")] = float(said)
        except ValueError:
            continue  # asked for with all else that is missing
    return Urdf(spec, velocity, dropped)


def _bound(text: bytes) -> bytes:
    """`text` with its undeclared prefixes declared, as lenient readers take them."""
    known = {b"xml", b"xmlns", *re.findall(rb"xmlns:(\w+)", text)}
    prefixes = set(re.findall(rb"[</\s](\w+):\w", text)) - known
    declared = b"".join(b' xmlns:%s="urn:%s"' % (prefix, prefix) for prefix in sorted(prefixes))
    return re.sub(rb"<robot\b", b"<robot" + declared, text, count=1)


def _meshes(path: Path, root: ElementTree.Element, packages: Sequence[Path]) -> tuple[str, ...]:
    """Write where each mesh lies into the tree; returns those that were dropped."""
    missing, dropped = [], []
    for shown in [*root.iter("visual"), *root.iter("collision")]:
        geometry = shown.find("geometry")
        mesh = None if geometry is None else geometry.find("mesh")
        if geometry is None or mesh is None:
            continue
        name = mesh.get("filename", "")
        found = _find(path, name, packages)
        if Path(name).suffix.lower() not in READABLE or (found and _is_text(found)):
            dropped.append(name)
            geometry.remove(mesh)
            shown.tag = "unread"
        elif found is None:
            missing.append(name)
        else:
            mesh.set("filename", str(found))
    for link in root.findall("link"):
        for part in link.findall("unread"):
            link.remove(part)
    if missing:
        raise RobotFileError(
            path,
            f"names meshes that are not there: {', '.join(sorted(set(missing)))}",
            "lay them where it says, or give packages=(folder,), the folder that holds "
            "the package's",
        )
    return tuple(sorted(set(dropped)))


def _is_text(path: Path) -> bool:
    """An STL in words, which MuJoCo does not read."""
    if path.suffix.lower() != ".stl":
        return False
    with path.open("rb") as file:
        head = file.read(512)
    return head.lstrip().startswith(b"solid") and b"facet" in head


def _find(path: Path, name: str, packages: Sequence[Path]) -> Path | None:
    """The file that a mesh's name stands for."""
    inner = Path(name.split("://", 1)[-1])
    if name.startswith("package://"):
        folders = [*packages, *list(path.parents)[:UPWARDS]]
        rests = [inner, Path(*inner.parts[1:])]  # the package's folder is called as it, or is it
    else:
        folders, rests = [path.parent, *packages], [inner]
    for folder in folders:
        for rest in rests:
            if (folder / rest).is_file():
                return (folder / rest).resolve()
    return None


def _keep_all(root: ElementTree.Element) -> None:
    """MuJoCo's reader is told to keep fixed links (flanges are such) and what is only drawn."""
    extension = root.find("mujoco")
    if extension is None:
        extension = ElementTree.SubElement(root, "mujoco")
    compiler = extension.find("compiler")
    if compiler is None:
        compiler = ElementTree.SubElement(extension, "compiler")
    compiler.attrib.pop("meshdir", None)
    for key, value in (("strippath", "false"), ("discardvisual", "false"), ("fusestatic", "false")):
        compiler.set(key, value)
