"""What does a listener take up of what was said? Its topic and feeling, its last words as an echo, what it answers.

This is what is left where no answer fits: reflective listening, by rule. Every rule would rather hear nothing than
something else than was said.
"""
