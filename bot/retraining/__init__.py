"""How does the service learn from what people said to it, and begin to speak with what it learnt?"""
