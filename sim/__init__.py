"""MuJoCo worlds, robots, tasks and experts."""

from gymnasium.envs.registration import register, registry

from sim.rendering import choose

choose()  # before MuJoCo is first imported, which is when it reads its environment

if "pontine/Tabletop-v0" not in registry:
    register("pontine/Tabletop-v0", entry_point="sim.tabletop_env:TabletopEnv")
