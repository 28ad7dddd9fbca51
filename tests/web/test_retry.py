"""What is tried again, when, and what a status means."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import REASONS, ItemError
from transforms.web.config import WebConfig
from transforms.web.retry import http_date, retry_after_s, retry_delay_s, status_error

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
CONFIG = WebConfig(max_attempts=3, retry_base_s=1.0, retry_cap_s=30.0, deadline_s=100.0)


@pytest.mark.parametrize(
    ("status", "reason", "transient"),
    [
        (404, "http_not_found", False),
        (410, "http_gone", False),
        (401, "http_forbidden", False),
        (402, "http_forbidden", False),
        (403, "http_forbidden", False),
        (451, "http_forbidden", False),
        (429, "http_rate_limited", True),
        (400, "http_error", False),
        (408, "http_error", True),
        (418, "http_error", False),
        (500, "http_server_error", True),
        (501, "http_server_error", False),
        (503, "http_server_error", True),
        (999, "http_server_error", True),
        (100, "http_error", False),
    ],
)
def test_status_error(status: int, reason: str, transient: bool) -> None:
    error = status_error(status)
    assert error is not None
    assert (error.reason, error.transient) == (reason, transient)


@pytest.mark.parametrize("status", [200, 203, 206, 304])
def test_good_statuses_are_no_error(status: int) -> None:
    assert status_error(status) is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Mon, 01 Jun 2026 12:01:00 GMT", 60.0),
        ("Mon, 01 Jun 2026 11:00:00 GMT", 0.0),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("1e9", None),
        ("9" * 40, None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after_s({"retry-after": value}, NOW) == seconds


@pytest.mark.parametrize("outcome", [429, 500, 502, 503, 504, ItemError("timeout", transient=True)])
def test_what_may_pass_is_tried_again_within_attempts_and_deadline(outcome: int | ItemError) -> None:
    assert retry_delay_s(outcome, 1, 0.0, None, 1.0, CONFIG) == 1.0
    assert retry_delay_s(outcome, 2, 0.0, None, 1.0, CONFIG) == 2.0
    assert retry_delay_s(outcome, 3, 0.0, None, 1.0, CONFIG) is None
    assert retry_delay_s(outcome, 1, 99.5, None, 1.0, CONFIG) is None


@pytest.mark.parametrize(
    "outcome", [200, 304, 400, 403, 404, 410, 501, ItemError("address_refused"), ItemError("body_too_large")]
)
def test_what_will_not_pass_is_not(outcome: int | ItemError) -> None:
    assert retry_delay_s(outcome, 1, 0.0, None, 1.0, CONFIG) is None


def test_retry_after_is_a_floor_and_final_when_it_does_not_fit() -> None:
    assert retry_delay_s(429, 1, 0.0, 20.0, 0.0, CONFIG) == 20.0
    assert retry_delay_s(429, 1, 0.0, 86400.0, 0.0, CONFIG) is None


@given(st.integers(1, 20), st.floats(0, 1000), st.none() | st.floats(0, 1e9), st.floats(0, 1))
def test_waits_are_bounded(attempt: int, spent_s: float, asked_s: float | None, rand: float) -> None:
    wait_s = retry_delay_s(503, attempt, spent_s, asked_s, rand, CONFIG)
    assert wait_s is None or (0 <= wait_s < CONFIG.deadline_s and wait_s >= (asked_s or 0))


@given(st.text(max_size=60))
def test_any_header_text_is_read_or_not(value: str) -> None:
    at = http_date(value)
    assert at is None or at.tzinfo is UTC
    retry_after_s({"retry-after": value}, NOW)


@given(st.integers(100, 999))
def test_every_status_has_a_known_reason(status: int) -> None:
    error = status_error(status)
    assert error is None or error.reason in REASONS
