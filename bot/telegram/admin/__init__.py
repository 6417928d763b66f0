"""What admins and curators do from Telegram: one file a subject, and the texts that they read."""
