"""Exchanges and text to tensors and back: the encoder, the decoder, its search, its training.

Shapes are written with one legend everywhere, batch first:

    B  batch (questions)            E  embedding size
    S  source length (question)     H  hidden size of the decoder
    T  target length (answer)       M  memory size (what the encoder yields at each source position)
    V  vocabulary size              A  size of the attentional vector
    K  hypotheses per question      G  gates per cell times H
"""
