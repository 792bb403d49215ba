"""The twelve tasks of the tabletop: demonstrations first, then what the models meet themselves."""

from dataclasses import replace

from brain.train.stages import STAGES
from cerebellum import train as controller
from cerebellum import train_codec as codec
from cerebellum.train_config import TrainControllerConfig
from pontine.agent.stack import StackConfig
from pontine.collecting.collect import collect
from pontine.collecting.config import CollectConfig
from pontine.recipes.config import TrainAll
from pontine.recipes.measure import brain_path, measure, model_paths
from pontine.suites.suite import Steps
from pontine.suites.tabletop.training import train_brain
from pontine.suites.tabletop.training_config import BrainTraining, Minutes

OWN_SEED, NOISY_SEED, WRONG_SEED = 300_000, 400_000, 500_000  # of a round's three recordings
ROUND = 10_000  # between the seeds of two rounds
KINDS = 104  # episodes between two looks at the curriculum: eight of each kind
NOISE_MM = 10.0  # of the expert's codes, for the cerebellum to put right
# minutes of training after a round
BRAIN_AGAIN, CONTROLLER_AGAIN, CONTROLLER = 60.0, 30.0, 75.0


def tabletop(config: TrainAll) -> Steps:
    """Every step, by name."""
    cache, models = config.data / "tabletop-cache", model_paths(config)
    demonstrations = CollectConfig(
        task=config.task, episodes=config.demonstrations, stills=config.stills,
        out=config.data / "tabletop", workers=config.workers,
    )  # fmt: skip
    brain = BrainTraining(
        data=cache, codec=models.codec, out=brain_path(config), runs=config.runs / "brain",
        seed=config.seed, threads=config.threads, steps=config.steps, device=config.device,
        wider=config.wider, workers=config.workers if config.device != "cpu" else 0,
        compile=config.compile, minutes=Minutes().times(config.brain_budget),
        stages=STAGES[:-1],  # docs/training.md says why not joint
    )  # fmt: skip
    cerebellum = TrainControllerConfig(
        data=cache, codec=models.codec, out=models.controller,
        run=config.runs / "tabletop-controller", seed=config.seed, threads=config.threads,
        minutes=None if config.steps else CONTROLLER, steps=config.steps or 1,
    )  # fmt: skip
    steps: Steps = {
        "record": lambda: collect(demonstrations),
        "codec": lambda: codec.train(codec.TrainCodecConfig(cache, models.codec)),
        "brain": lambda: train_brain(brain),
        "cerebellum": lambda: controller.train(cerebellum),
    }
    for number in range(1, config.rounds + 1):
        steps |= _round(config, number, demonstrations, brain, cerebellum)
    return steps | {"measure": lambda: measure(config)}


def _round(
    config: TrainAll, number: int, demonstrations: CollectConfig, brain: BrainTraining,
    cerebellum: TrainControllerConfig,
) -> Steps:  # fmt: skip
    """The models' own states: the agent's, the cerebellum's under codes that are off, and the
    agent's where something goes wrong; a third of the episodes each. Then both learn on."""
    shift = ROUND * (number - 1)
    agent = replace(
        demonstrations, drive="agent", episodes=max(1, config.own // 3),
        stack=StackConfig(brain=str(brain_path(config)), models=model_paths(config)),
    )  # fmt: skip
    own = replace(agent, seed=OWN_SEED + shift, cache="none")
    noisy = replace(
        agent, seed=NOISY_SEED + shift, cache="none",
        stack=replace(agent.stack, tokens="oracle", noise_mm=NOISE_MM),
    )  # fmt: skip
    wrong = replace(agent, seed=WRONG_SEED + shift, curriculum=KINDS)

    def record() -> None:
        for recording in (own, noisy, wrong):
            collect(recording)

    again = replace(
        brain, start=brain.out, runs=brain.runs.with_name(f"brain-round-{number}"),
        stages=("instruct",), minutes=Minutes(instruct=BRAIN_AGAIN).times(config.brain_budget),
    )  # fmt: skip
    minutes = None if config.steps else CONTROLLER_AGAIN
    tuned = replace(
        cerebellum, from_model=cerebellum.out, minutes=minutes,
        run=config.runs / f"tabletop-controller-round-{number}",
    )  # fmt: skip
    return {
        f"own states, round {number}": record,
        f"brain, round {number}": lambda: train_brain(again),
        f"cerebellum, round {number}": lambda: controller.train(tuned),
    }
