"""What may a user of the service have got wrong?"""


class ServiceError(Exception):
    """Settings, a database or a model that the person who runs the service must put right.

    Its text says where, what was found, what was expected and what to do.
    """


class RefusedError(Exception):
    """What someone in a chat asked for may or can not be done; the text tells them so, in Korean."""
