"""Processes forked from one that has TensorFlow imported. Standard library only, on Linux only."""
