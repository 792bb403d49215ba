"""`pontine train vision` and `pontine train brain`: lessons written, then the stages in order."""

from dataclasses import dataclass, field
from pathlib import Path

from body import RobotSpec
from body.robots import robot
from brain.train.brain import TrainBrain
from brain.train.brain import train_brain as run_stages
from cerebellum.codec import WaypointCodec, load_codec
from episodes import model_folder
from pontine.setup import ModelPaths
from pontine.teacher import TeacherConfig, teach
