"""The Gymnasium environment."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import sim
from pontine.policies.expert import ExpertPolicy
from pontine.rollout import Watcher
from pontine.suites.tabletop.environment import Tabletop
from pontine.suites.tabletop.episode import run_episode
from sim.expert import Expert
from sim.tabletop_env import TabletopEnv
from sim.tasks import sample_episode


@pytest.fixture(scope="module")
def env():
    made = gym.make("pontine/Tabletop-v0", task="pick", render_mode="rgb_array")
    yield made
    made.close()


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_passes_the_checker():
    assert sim.__doc__
    env = gym.make("pontine/Tabletop-v0", render_mode="rgb_array", size=64)
    check_env(env.unwrapped)
    env.close()


def test_seed_option_names_the_episode(env):
    observation, info = env.reset(options={"seed": 1_000_003})
    assert info["seed"] == 1_000_003 and info["task"] == "pick"
    assert observation["instruction"] == sample_episode("pick", 1_000_003).instruction
    assert env.render().shape == (480, 480, 3)


def test_replayed_expert_actions_solve_it(env):
    inner: TabletopEnv = env.unwrapped
    episode, actions = sample_episode("pick", 11), []

    class Notes(Watcher):
        def acted(self, observation, action):
            actions.append(np.array([*action.joint_position[0], action.gripper_width[0]]))

    policy = ExpertPolicy(Expert(inner.world), episode)
    assert run_episode(Tabletop(inner.world, episode), policy, [Notes()]).success
    env.reset(options={"seed": 11})
    for action in actions:
        _, reward, terminated, _, info = env.step(action)
        if terminated:
            break
    assert terminated and reward == 1.0 and info["success"] and info["limit_violations"] == 0


def test_chinese_instructions_lie_in_the_observation_space():
    env = TabletopEnv(task="pick", split="test", phrasing="all", language="zh")
    for seed in range(1_000_000, 1_000_020):
        observation, _ = env.reset(options={"seed": seed})
        said = observation["instruction"]
        assert said == sample_episode("pick", seed, phrasing="all", language="zh").instruction
        assert said in env.observation_space["instruction"]
    env.close()


def test_wrong_names_are_refused():
    with pytest.raises(ValueError, match="known: reach"):
        TabletopEnv(task="juggle")
    with pytest.raises(ValueError, match="not said in 'fr', only in en, zh"):
        TabletopEnv(language="fr")
    with pytest.raises(ValueError, match="known: train"):
        TabletopEnv(split="none")


def test_perturbations_are_seen_and_felt_and_the_same_again():
    pictures = []
    for wanted in ((), ("light=1", "action_delay=0.5"), ("light=1", "action_delay=0.5")):
        env = TabletopEnv(task="reach", split="validation", perturbations=wanted)
        env.reset(seed=1, options={"seed": 800_000})
        action = np.array([*env.world.robot.home, 0.02], np.float32)
        for _ in range(4):
            seen, *_ = env.step(action)
        pictures.append((seen["fixed"], float(seen["state"][14])))
        env.close()
    plain, dark, again = pictures
    assert (dark[0] == again[0]).all() and dark[1] == again[1]
    assert (plain[0] != dark[0]).any()
    assert plain[1] < 0.075 < dark[1]  # the hand has not been told yet
