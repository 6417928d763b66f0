"""In which forms can a dataset be taken out, and which of them bring decisions back?"""
