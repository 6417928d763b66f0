"""Exchanges and text to tensors and back."""
