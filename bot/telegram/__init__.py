"""Telegram: updates in, answers out; everything that knows aiogram."""
