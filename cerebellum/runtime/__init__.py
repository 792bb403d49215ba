"""What runs on the robot: numpy and an engine, no torch."""
