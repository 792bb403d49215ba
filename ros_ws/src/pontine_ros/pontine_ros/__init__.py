"""Pontine's ROS 2 nodes. The real-time part is not here: see cerebellum/runtime."""
