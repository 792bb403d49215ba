"""A trained controller as the beginning of another arm's.

Tokens, camera, force and the commanded tool pose mean the same on any arm; the joints do not. One
layer reads them: its columns of the joints begin at nothing and are learnt.
"""

from dataclasses import replace

import torch

from cerebellum.inputs import proprio_size
from cerebellum.network import Controller
from cerebellum.statistics import Statistics

READS_JOINTS = "encoder.proprio.0.weight"
SHARED = proprio_size(0)  # leading columns of it, that no joint stands in


def for_arm(source: Controller, joints: int) -> Controller:
    """A controller of an arm with so many joints, in all else with the weights of `source`."""
    model = Controller(replace(source.config, joints=joints))
    tensors = source.state_dict()
    shared = tensors[READS_JOINTS][:, :SHARED]
    own = torch.zeros(len(shared), proprio_size(joints))
    own[:, :SHARED] = shared
    model.load_state_dict(tensors | {READS_JOINTS: own})
    return model


def statistics_for_arm(source: Statistics, fitted: Statistics) -> Statistics:
    """`fitted` to the arm's own joints, with the scales of force and motion of `source`."""
    return replace(fitted, force=source.force, move=source.move, turn=source.turn)
