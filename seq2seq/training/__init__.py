"""Learning: the loop, what it may do differently, what it keeps."""
