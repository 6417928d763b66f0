"""The service round one Replier: Telegram, terminal, SQL, scheduler."""
