"""For authors: makes a lab, measures its solution, proves that its checks are right."""
