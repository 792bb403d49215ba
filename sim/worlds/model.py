"""From a scene to an MjModel: robot, table, lamp, objects, and settings for fast rendering."""

import mujoco
import numpy as np

from body import RobotSpec
from sim.robots import add_arm
from sim.robots.poses import matrix_to_quat
from sim.worlds.objects import OBJECT_CONAFFINITY, OBJECT_CONTYPE, add_object
from sim.worlds.scene import Scene

PHYSICS_DT = 0.002  # s
TABLE_HALF = (0.45, 0.55, 0.02)
TABLE_X = 0.45
FLOOR_Z = -0.75
MAX_PIXELS = 720  # largest image side
SQUARE = 0.05  # m, of a chequered table


def build_model(scene: Scene, robot: RobotSpec) -> mujoco.MjModel:
    """Compile `scene` around `robot`; the base frame is the world frame, the table top z = 0."""
    spec = mujoco.MjSpec()
    spec.modelname = "tabletop"
    spec.compiler.degree = False
    # The published tensors of links 5 and 7 are identified ones and break A + B >= C slightly.
    spec.compiler.balanceinertia = True
    spec.option.timestep = PHYSICS_DT
    spec.option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    spec.option.cone = mujoco.mjtCone.mjCONE_ELLIPTIC
    spec.option.impratio = 10.0
    add_arm(spec, robot)
    _ground(spec, scene)
    _light(spec, scene)
    _shift_fixed_camera(spec, scene)
    for index, item in enumerate(scene.objects):
        add_object(spec, item, index)
    model: mujoco.MjModel = spec.compile()
    return model


def _ground(spec: mujoco.MjSpec, scene: Scene) -> None:
    world = spec.worldbody
    table = world.add_geom(
        name="table", type=mujoco.mjtGeom.mjGEOM_BOX, size=TABLE_HALF,
        pos=[TABLE_X, 0, -TABLE_HALF[2]], rgba=[*scene.table_rgb, 1.0],
        contype=OBJECT_CONTYPE, conaffinity=OBJECT_CONAFFINITY, friction=[1.0, 0.005, 0.002],
        condim=3, solref=[0.01, 1.0],
    )  # fmt: skip
    world.add_geom(
        name="floor", type=mujoco.mjtGeom.mjGEOM_PLANE, size=[3, 3, 1], pos=[0, 0, FLOOR_Z],
        rgba=[*scene.floor_rgb, 1.0], contype=OBJECT_CONTYPE, conaffinity=OBJECT_CONAFFINITY,
    )  # fmt: skip

    if scene.chequer:
        table.material, table.rgba = _chequered(spec, scene), [1.0] * 4  # or it would darken it


def _chequered(spec: mujoco.MjSpec, scene: Scene) -> str:
    """Name of a material of 5 cm squares, darker and brighter than the table's colour."""
    darker, brighter = (
        np.clip(np.array(scene.table_rgb) + sign * scene.chequer / 2, 0.0, 1.0) for sign in (-1, 1)
    )
    spec.add_texture(
        name="chequer", type=mujoco.mjtTexture.mjTEXTURE_2D,
        builtin=mujoco.mjtBuiltin.mjBUILTIN_CHECKER, rgb1=darker, rgb2=brighter,
        width=64, height=64,
    )  # fmt: skip
    textures = [""] * int(mujoco.mjtTextureRole.mjNTEXROLE)
    textures[mujoco.mjtTextureRole.mjTEXROLE_RGB] = "chequer"
    spec.add_material(
        name="chequer", textures=textures, texuniform=True,
        texrepeat=[0.5 / SQUARE, 0.5 / SQUARE], specular=0.0, shininess=0.0,
    )  # fmt: skip
    return "chequer"


def _light(spec: mujoco.MjSpec, scene: Scene) -> None:
    spec.worldbody.add_light(
        name="lamp", type=mujoco.mjtLightType.mjLIGHT_DIRECTIONAL, castshadow=False,
        pos=scene.light_position, dir=scene.light_direction,
        diffuse=[scene.light] * 3, specular=[0.1] * 3, ambient=[0, 0, 0],
    )  # fmt: skip
    visual = spec.visual
    visual.headlight.ambient = [scene.ambient] * 3
    visual.headlight.diffuse = [0.25] * 3
    visual.headlight.specular = [0, 0, 0]
    # Without shadows and multisampling a software renderer is 7-18 times faster.
    visual.quality.shadowsize = 0
    visual.quality.offsamples = 0
    visual.global_.offwidth = visual.global_.offheight = MAX_PIXELS
    visual.map.znear = 0.01


def _shift_fixed_camera(spec: mujoco.MjSpec, scene: Scene) -> None:
    shift = np.array(scene.camera_shift)
    if not shift.any():
        return
    camera = spec.camera("fixed")
    camera.pos = np.array(camera.pos) + shift[:3]
    turn = np.zeros(9)
    half = np.array([1.0, *(shift[3:] / 2)])
    mujoco.mju_quat2Mat(turn, half / np.linalg.norm(half))
    old = np.zeros(9)
    mujoco.mju_quat2Mat(old, np.array(camera.quat))
    camera.quat = matrix_to_quat(old.reshape(3, 3) @ turn.reshape(3, 3))
