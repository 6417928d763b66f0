"""Text in, exchanges out: corpora read, masked, split and counted."""
