"""Runs the code of cards: snippets, and what a learner typed for a code card."""
