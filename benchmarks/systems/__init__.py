"""How is each system made to train and to reply, in its own environment, one turn at a time?

Each module is a program: `python -m benchmarks.systems.NAME train CONFIG FOLDER EPOCHS` and `... reply FOLDER`, run in
the folder of the prepared corpus. It says over its channel when it is ready, then does a turn for each line it gets.
"""
