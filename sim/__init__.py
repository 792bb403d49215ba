"""MuJoCo worlds, robots, tasks and experts."""

from gymnasium.envs.registration import register, registry

from sim.own_symbols import keep_apart
from sim.rendering import choose

choose()  # before MuJoCo is first imported, which is when it reads its environment
keep_apart()

if "pontine/Tabletop-v0" not in registry:
    register("pontine/Tabletop-v0", entry_point="sim.tabletop_env:TabletopEnv")
