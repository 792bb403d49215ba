"""MuJoCo worlds, robots, tasks and experts."""

import os
import sys

if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
    os.environ.setdefault("MUJOCO_GL", "egl")  # MuJoCo reads it once, when first imported

from gymnasium.envs.registration import register, registry

if "pontine/Tabletop-v0" not in registry:
    register("pontine/Tabletop-v0", entry_point="sim.tabletop_env:TabletopEnv")
