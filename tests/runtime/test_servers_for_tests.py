from __future__ import annotations

import psycopg
import redis


def test_a_database_is_there_for_each_worker(postgres_url: str, worker_id: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        row = connection.execute("SELECT current_database(), current_user").fetchone()
    assert row is not None
    assert worker_id in row[0]


def test_a_redis_database_is_there_for_each_worker(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.set("worker", "here")
        assert client.getdel("worker") == b"here"
