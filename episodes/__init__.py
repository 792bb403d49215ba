"""Recordings: LeRobot data set v3 written, read and checked; the training cache; model folders."""
