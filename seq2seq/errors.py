"""What is wrong with the input, said so that its giver can mend it?"""


class ModelError(Exception):
    """Bad input to the seq2seq package: the message says where, what was found, what was expected, what to do."""
