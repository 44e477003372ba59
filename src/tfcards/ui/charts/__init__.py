"""Curves of a run as they grow, and the charts they are drawn in."""
