"""The stack in wall time: robot, cameras, brain, planner and command loop, a process each."""
