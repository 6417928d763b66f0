"""The networks: cells, attention, encoders, decoders, and the model that joins them."""
