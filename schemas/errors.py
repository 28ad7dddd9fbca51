"""One error tree. Every error that a user or a remote site can cause carries a stable, snake_case `reason`.

Reason codes are part of the lake (`rejects.reason`) and are never renamed. `REASONS` lists each with one sentence.
"""

REASONS: dict[str, str] = {
    # the network, while polling or fetching
    "dns_failed": "the host name does not resolve",
    "connect_failed": "no connection could be made",
    "connection_reset": "the connection broke before the answer was complete",
    "tls_failed": "the TLS handshake or certificate check failed",
    "timeout": "the server did not answer within the time limit",
    "too_slow": "the body arrived slower than the slow-drip limit allows",
    "address_refused": "the host resolves to a private, loopback, link-local or otherwise reserved address",
    "scheme_refused": "the address is not http or https",
    "bad_url": "the address is not a valid URL or is too long",
    "too_many_redirects": "more redirects than the cap",
    "bad_redirect": "a redirect without a usable target",
    "headers_too_large": "the response headers exceed the cap",
    "body_too_large": "the decoded body exceeds the cap",
    "bad_encoding": "the content encoding (gzip, br, zstd) is damaged or unknown",
    "protocol_error": "the answer is not valid HTTP",
    "http_error": "a final status that is an error (4xx other than the ones below)",
    "http_not_found": "404",
    "http_gone": "410",
    "http_forbidden": "401, 403, 451 or a login wall",
    "http_rate_limited": "429, still after the retries",
    "http_server_error": "5xx, still after the retries",
    "robots_disallowed": "robots.txt asks us to stay away",
    "robots_unavailable": "robots.txt could not be had (5xx or no answer), so the site must wait",
    "host_backoff": "the host asked for a pause longer than this pass lasts, or failed too often in it",
    # feeds
    "not_a_feed": "the answer is not RSS, Atom, RDF or JSON Feed",
    "empty_feed": "the answer has no body",
    "feed_gone": "410: the feed has been retired",
    "feed_unparseable": "the feed is damaged beyond what the parser can use",
    "entry_without_link": "an entry that names no page",
    "entry_bad_link": "an entry whose link is not a usable http(s) address",
    "too_many_entries": "the feed lists more entries than the cap; those beyond it were not taken",
    # pages
    "unsupported_type": "the page is not HTML or plain text",
    "empty_page": "the page has no body",
    "no_text": "no article text could be extracted",
    "extract_timeout": "extraction took longer than its time limit",
    "extract_memory": "extraction needed more memory than its limit",
    "extract_failed": "the extractor gave up on this page",
    "extract_crashed": "the isolated extraction process died",
    "tag_timeout": "tagging took longer than its time limit",
    "tag_crashed": "the tagging process died",
    # ours
    "internal_error": "a defect of dibwatch; the error column names it",
}


class DibwatchError(Exception):
    """Root of everything dibwatch raises on purpose. `str(error)` is one plain sentence."""


class UsageError(DibwatchError):
    """The user asked for something that cannot be done (exit code 2)."""


class LakeError(DibwatchError):
    """The lake cannot be read or written (exit code 1): disk full, no permission, another pass at work."""


class WorkersError(DibwatchError):
    """No worker process can be started (exit code 1): memory, processes or open files of this machine are used up."""


class ItemError(DibwatchError):
    """One item cannot go on; it becomes a reject with this reason. `reason` is a key of `REASONS`."""

    def __init__(self, reason: str, detail: str = "", *, transient: bool = False) -> None:
        if reason not in REASONS:
            raise ValueError(f"unknown reason code {reason!r}; add it to schemas.errors.REASONS")
        super().__init__(detail or REASONS[reason])
        self.reason = reason
        self.detail = detail
        self.transient = transient

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.reason, self.detail, self.transient)


def _rebuild(reason: str, detail: str, transient: bool) -> "ItemError":
    return ItemError(reason, detail, transient=transient)
