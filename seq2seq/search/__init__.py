"""Decoding: from a model's probabilities to answers."""
