"""What this process counts of itself, for /metrics; realtime/metrics.py adds what the database knows."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

registry = CollectorRegistry()
ProcessCollector(registry=registry)

SOCKETS = Gauge("aqi_sockets", "Open connections of this process", ["kind"], registry=registry)
for kind in ("websocket", "sse"):
    SOCKETS.labels(kind)

FAN_OUT_SECONDS = Histogram(
    "aqi_fan_out_seconds",
    "From an update's arrival in this process until a send to each of its readers has begun",
    buckets=(0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0),
    registry=registry,
)
CONFLATIONS = Counter(
    "aqi_conflations", "Updates that a reader did not get because a newer one came first", registry=registry
)
DROPS = Counter("aqi_drops", "Readers that were closed because one send took too long", registry=registry)
