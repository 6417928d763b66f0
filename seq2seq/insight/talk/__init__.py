"""How good is the companion's talk? Fixed prompts, what can be counted of the replies, and a blind sheet for people."""
