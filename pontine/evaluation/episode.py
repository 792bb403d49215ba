"""One closed-loop episode, from a scene and a sentence to a result."""

from collections.abc import Callable

from body.motion import DT
from pontine.agent import Agent
from pontine.evaluation.result import Result
from pontine.evaluation.token_faults import TokenFault
from pontine.evaluation.witness import Witness
from pontine.plant import Plant
from pontine.policies import Policy
from sim.perturbations import Perturbations
from sim.tasks import Episode, Goal
from sim.worlds import World

REFUSAL_SECONDS = 0.95  # a refusal seen to stand this long ends the episode

Watcher = Callable[[World, Plant, Policy, int], None]


def run_episode(
    world: World,
    episode: Episode,
    policy: Policy,
    fault: TokenFault | None = None,
    watch: Watcher | None = None,
    limit: int | None = None,
    old_goal: Goal | None = None,
    perturbations: Perturbations | None = None,
) -> Result:
    """Run until success, a standing refusal, or `limit` policy steps (None: the task's).

    Args:
        episode: scene, goal and sentence; a goal without target can only be refused.
        fault: what happens to the agent's tokens on the way.
        watch: called after every step of the policy, for videos.
        perturbations: of scene, physics, pictures and commands.
        old_goal: what another sentence would have asked of this scene; is it done all the same?
    """
    wrong = perturbations or Perturbations()
    episode = wrong.episode(episode)
    world.reset(episode.scene)
    plant = Plant(world)
    plant.reset()
    wrong.start(world)
    witness = Witness(world, episode, policy.period, old_goal)
    policy.reset(wrong.sense(world.observation()), episode.instruction)
    refused_since: int | None = None
    limit = round(episode.task.limit / DT) if limit is None else limit
    while world.time < limit * DT * 1e9:
        chunk = policy.act(wrong.sense(world.observation(policy.cameras(world.time))))
        witness.told(chunk, policy.tell(world.time))
        wrong.tick(world)
        plant.advance(wrong.command(chunk), policy.period, witness.physics)
        if fault is not None and episode.goal.target >= 0 and isinstance(policy, Agent):
            fault.after_step(world, policy, episode.goal)
        steps = round(world.time * 1e-9 / DT)
        done = witness.stepped(steps)
        if watch is not None:
            watch(world, plant, policy, steps)
        if done:
            break
        said = policy.tell(world.time)
        if not said.refuses:
            refused_since = None
        elif refused_since is None:
            refused_since = world.time
        if refused_since is not None and world.time - refused_since >= REFUSAL_SECONDS * 1e9:
            witness.result.refused, witness.result.reason = True, said.reason
            break
    return witness.close(plant, policy)
