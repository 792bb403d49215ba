"""Bags of the ROS graph, read and written without ROS: `rosbags` alone, the extra `ros`."""
