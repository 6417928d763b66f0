"""Which numbers are the same for every system?"""

BATCH_SIZE = 64  # exchanges in a training batch, where a system counts exchanges
BEAM_SIZE = 5
LENGTH_PENALTY = 1.0  # alpha of Wu et al. 2016, equation 14
MAX_TOKENS = 24  # of a reply; 99.9 % of ChatbotData's answers are no longer, and JoeyNMT often goes on until then
