"""In which speech level is this text, and how would it sound in another?"""

from dialogue_data.speech_level.conversion import ConvertibleLevel, convert
from dialogue_data.speech_level.judging import SpeechLevel, speech_level

__all__ = ["ConvertibleLevel", "SpeechLevel", "convert", "speech_level"]
