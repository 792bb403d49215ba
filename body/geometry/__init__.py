"""Where things are: kinematics, capsules, projections, and the law of travel between poses."""
