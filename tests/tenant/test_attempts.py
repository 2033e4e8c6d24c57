"""Guesses at a password are slowed down, whoever makes them; nobody else waits."""

from __future__ import annotations

import pytest

from services.tenant.attempts import AT_ONCE, COMPARED_AT_ONCE, PAUSE_S, Attempts, TooManyAttempts


class Time:
    """A clock that is set by hand, in seconds."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def guess(attempts: Attempts, email: str = "a@b.example") -> None:
    with attempts.attempt(email):
        pass


def test_some_guesses_are_free_and_then_each_has_its_pause() -> None:
    time = Time()
    attempts = Attempts(time)
    for _ in range(AT_ONCE):
        guess(attempts)
    for _ in range(3):
        with pytest.raises(TooManyAttempts) as refused:
            guess(attempts)
        assert refused.value.retry_after_s == pytest.approx(PAUSE_S)
    time.now_s += PAUSE_S
    guess(attempts)
    with pytest.raises(TooManyAttempts):
        guess(attempts)
    time.now_s += AT_ONCE * PAUSE_S
    for _ in range(AT_ONCE):
        guess(attempts)


def test_guesses_at_one_person_do_not_keep_another_out() -> None:
    attempts = Attempts(Time())
    for _ in range(AT_ONCE):
        guess(attempts)
    guess(attempts, "other@b.example")


def test_who_knows_the_password_starts_anew() -> None:
    attempts = Attempts(Time())
    for _ in range(5 * AT_ONCE):
        guess(attempts)
        attempts.succeeded("a@b.example")


def test_few_passwords_are_compared_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.tenant.attempts._WAIT_S", 0.01)
    attempts = Attempts(Time())
    held = [attempts.attempt(f"{n}@b.example") for n in range(COMPARED_AT_ONCE)]
    for place in held:
        place.__enter__()
    with pytest.raises(TooManyAttempts):
        guess(attempts, "late@b.example")
    held[0].__exit__(None, None, None)
    guess(attempts, "late@b.example")
    held[1].__exit__(None, None, None)
