"""Which exchanges of a corpus are fit to learn from?"""
