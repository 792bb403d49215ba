"""What an episode is judged by, beside success: grasps, ways, and whether it was safe."""

from sim.metrics.grasps import Grasps
from sim.metrics.handling import Handling
from sim.metrics.path import PathLength, expert_path
from sim.metrics.safety import Safety

__all__ = ["Grasps", "Handling", "PathLength", "Safety", "expert_path"]
