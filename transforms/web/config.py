"""Every knob of the HTTP room in one frozen value, so that a client can be shared by all who hold an equal one."""

from dataclasses import dataclass
from functools import cached_property

from schemas import __version__


@dataclass(frozen=True, kw_only=True)
class WebConfig:
    """How to behave on the web. Times are seconds, sizes are bytes; body caps count decoded bytes.

    The defaults are polite: two requests in flight and one request start a second on each host.
    """

    contact: str = ""  # an address or page for site owners; part of the User-Agent
    allow_private_hosts: bool = False  # loopback and private networks; metadata addresses stay refused
    obey_robots: bool = True

    requests_per_host: int = 2
    host_delay_s: float = 1.0  # least time between two request starts on one host
    max_crawl_delay_s: float = 30.0  # a longer Crawl-delay counts as this
    max_host_wait_s: float = 900.0  # who would queue longer than this for a host is turned away
    host_failure_limit: int = 6  # requests in a row that got no answer at all before a host is left alone
    max_requests: int = 100  # in flight over all hosts of a process

    connect_timeout_s: float = 10.0
    read_timeout_s: float = 20.0  # silence on an open connection
    request_timeout_s: float = 60.0  # one request with its body
    deadline_s: float = 150.0  # all attempts and redirects of one address, without its turns in the queue
    min_bytes_per_s: int = 200  # a body slower than this over `slow_window_s` is given up
    slow_window_s: float = 15.0

    max_attempts: int = 3
    retry_base_s: float = 1.0  # full jitter: a wait is uniform in 0..min(retry_cap_s, base * 2**(attempt - 1))
    retry_cap_s: float = 30.0

    max_redirects: int = 8
    max_url_chars: int = 4096
    max_header_bytes: int = 64 * 1024
    max_page_bytes: int = 10 * 1024 * 1024
    max_feed_bytes: int = 50 * 1024 * 1024
    robots_ttl_s: float = 12 * 3600.0

    def __post_init__(self) -> None:
        at_least_one = ("requests_per_host", "max_requests", "max_attempts", "host_failure_limit", "max_page_bytes")
        for name in (*at_least_one, "max_feed_bytes", "max_header_bytes", "max_url_chars"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        for name in ("connect_timeout_s", "read_timeout_s", "request_timeout_s", "deadline_s", "slow_window_s"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be more than 0, not {getattr(self, name)}")
        for name in ("host_delay_s", "max_crawl_delay_s", "max_host_wait_s", "max_redirects", "min_bytes_per_s"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must not be negative, not {getattr(self, name)}")
        if any(ord(char) < 32 or ord(char) > 126 for char in self.contact):
            raise ValueError("contact must be printable ASCII: it is sent in a header")

    @cached_property
    def user_agent(self) -> str:
        """`dibwatch/<version>`, with ` (+contact)` when there is a contact."""
        return f"dibwatch/{__version__}" + (f" (+{self.contact})" if self.contact else "")
