"""From what a person typed to what the companion says: one pipeline for command line, service and evaluation.

`responder` goes the way through the others: `understanding` reads what was typed, `crisis` answers by rule before any
model, `candidates` are what the model finds and what is `known` (by `recognition` of the question), `fitness`
tells how likely each of them fits, and `unknown` is what is said where none does, from what `listening` took up.
"""
