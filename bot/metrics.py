"""How is the service doing, in numbers that Prometheus collects?"""

from prometheus_client import Counter, Gauge, Histogram

SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0)

UPDATES_RECEIVED = Counter("maldongmu_updates_received", "Updates by outcome: stored or duplicate", ["outcome"])
UPDATES_SETTLED = Counter(
    "maldongmu_updates_settled", "Attempts at updates by outcome: done, postponed, undeliverable or failed", ["outcome"]
)
UPDATE_SECONDS = Histogram("maldongmu_update_seconds", "From an update's arrival to its end", buckets=SECONDS)
UPDATES = Gauge("maldongmu_updates", "Updates in the inbox by state: pending, done or dead", ["state"])
QUESTIONS_WAITING = Gauge("maldongmu_questions_waiting", "Questions that wait for the model")
REPLY_SECONDS = Histogram("maldongmu_reply_seconds", "From a question to the model's reply", buckets=SECONDS)
QUESTIONS_REFUSED = Counter("maldongmu_questions_refused", "Questions refused because too many waited")
TELEGRAM_REQUESTS = Counter(
    "maldongmu_telegram_requests", "Requests to Telegram by method and outcome", ["method", "outcome"]
)
