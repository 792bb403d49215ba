"""An arm's file, MJCF or URDF, as MuJoCo reads it: nothing fused, every fault in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import mujoco

from body import RobotFileError
from sim.robots.chain import body_name
from sim.robots.urdf import read_urdf

LEAST_MASS, LEAST_INERTIA = 0.1, 1e-4  # kg, kg m2: of moving links of which a file says none


@dataclass(frozen=True, eq=False)
class ModelSource:
    """What a file holds.

    Attributes:
        spec: uncompiled, without keyframes. model: the same, compiled.
        velocity: rad/s by joint, where the file says it.
        notes: what was dropped or assumed, in words.
    """

    spec: mujoco.MjSpec
    model: mujoco.MjModel
    velocity: dict[str, float]
    notes: tuple[str, ...]


def read(path: Path, packages: Sequence[Path] = ()) -> ModelSource:
    """Read the arm's file at `path`.

    Raises:
        RobotFileError: there is none, MuJoCo does not read it, or what it names is missing.
    """
    if not path.is_file():
        raise RobotFileError(path, "is no file", "give the path of an arm's .xml or .urdf")
    velocity: dict[str, float] = {}
    notes: list[str] = []
    if path.suffix.lower() == ".urdf" or b"<robot" in path.read_bytes()[:4096]:
        urdf = read_urdf(path, packages)
        spec, velocity = urdf.spec, urdf.velocity
        notes += [f"mesh {name} is in a format that MuJoCo does not read" for name in urdf.dropped]
    else:
        try:
            spec = mujoco.MjSpec.from_file(str(path))
        except (ValueError, FileNotFoundError) as error:
            raise RobotFileError(
                path, f"is not read by MuJoCo: {_line(error)}", "mend it"
            ) from error
    for key in list(spec.keys):
        spec.delete(key)  # of as many joints as the file has, which the arm alone has not
    spec.compiler.fusestatic = False  # a flange is a body that does not move against its link
    spec.compiler.discardvisual = False
    spec.compiler.balanceinertia = True  # identified tensors break A + B >= C slightly
    try:
        model = spec.compile()
    except ValueError as error:
        if "mass and inertia of moving bodies" not in str(error):
            raise _not_compiled(path, spec, error) from error
        spec.compiler.boundmass, spec.compiler.boundinertia = LEAST_MASS, LEAST_INERTIA
        try:
            model = spec.compile()
        except ValueError as other:
            raise _not_compiled(path, spec, other) from other
        bare = [
            body_name(model, body)
            for body in range(1, model.nbody)
            if model.body_jntnum[body] and model.body_mass[body] <= LEAST_MASS
        ]
        notes.append(f"the file gives no mass to {', '.join(bare)}: {LEAST_MASS} kg are assumed")
    return ModelSource(spec, model, velocity, tuple(notes))


def _not_compiled(path: Path, spec: mujoco.MjSpec, error: ValueError) -> RobotFileError:
    missing = _missing(path, spec)
    if missing:
        return RobotFileError(
            path,
            f"names files that are not there: {', '.join(missing)}",
            "copy the whole folder that it came in, or mend meshdir in its <compiler>",
        )
    return RobotFileError(path, f"is not read by MuJoCo: {_line(error)}", "mend it")


def _missing(path: Path, spec: mujoco.MjSpec) -> list[str]:
    """Meshes and textures that the file names and that do not exist, all of them."""
    base = Path(spec.modelfiledir or path.parent)
    found = []
    for folder, elements in (
        (spec.compiler.meshdir, spec.meshes),
        (spec.compiler.texturedir, spec.textures),
        (spec.compiler.meshdir, spec.hfields),
    ):
        for element in elements:
            if element.file and not (base / (folder or "") / element.file).is_file():
                found.append(str(Path(folder or "") / element.file))
    return sorted(set(found))


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
