"""robots.txt after RFC 9309: what a site's answer allows, and for how long that is believed."""

from dataclasses import dataclass

from protego import Protego

from schemas.errors import ItemError

ROBOTS_MAX_BYTES = 500 * 1024  # RFC 9309 section 2.5: at least 500 KiB must be read; what is beyond is not
_RETRY_UNAVAILABLE_S = 300.0  # how soon a site whose robots.txt could not be had is asked again


@dataclass(frozen=True)
class RobotsRules:
    """The rules of one host. `error` is set when robots.txt could not be had and the whole site must wait."""

    expires_s: float  # of the client's monotonic clock
    crawl_delay_s: float | None = None
    rules: Protego | None = None  # None allows all
    error: ItemError | None = None

    def check(self, url: str, user_agent: str) -> None:
        """Raises `ItemError` `robots_disallowed`, or the error that kept robots.txt away."""
        if self.error is not None:
            raise ItemError(self.error.reason, str(self.error), transient=self.error.transient)
        if self.rules is not None and not self.rules.can_fetch(url, user_agent):
            raise ItemError("robots_disallowed")


def rules_from_answer(outcome: tuple[int, bytes] | ItemError, user_agent: str, now_s: float, ttl_s: float) -> RobotsRules:
    """What the answer to a request for robots.txt means: `outcome` is (final status, body), or why there was none.

    2xx: its rules. 4xx but 429: no rules, all is allowed. 5xx, 429, no answer: the site must wait (RFC 9309 section
    2.3.1.4), with the reason `robots_unavailable` where the host as such can be reached. Too many or broken redirects:
    as if there was none (section 2.3.1.2).
    """
    if isinstance(outcome, ItemError):
        if outcome.reason in ("too_many_redirects", "bad_redirect", "body_too_large"):
            return RobotsRules(now_s + ttl_s)
        unreachable = outcome.reason in ("dns_failed", "connect_failed", "tls_failed", "address_refused", "host_backoff")
        error = outcome if unreachable else ItemError("robots_unavailable", f"robots.txt: {outcome}", transient=True)
        return RobotsRules(now_s + _RETRY_UNAVAILABLE_S, error=error)
    status, body = outcome
    if status == 429 or status >= 500:
        detail = f"robots.txt: the server answered {status}"
        return RobotsRules(now_s + _RETRY_UNAVAILABLE_S, error=ItemError("robots_unavailable", detail, transient=True))
    if not 200 <= status < 300:
        return RobotsRules(now_s + ttl_s)
    rules = Protego.parse(body[:ROBOTS_MAX_BYTES].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace"))
    delay = rules.crawl_delay(user_agent)
    return RobotsRules(now_s + ttl_s, crawl_delay_s=None if delay is None else max(0.0, float(delay)), rules=rules)
