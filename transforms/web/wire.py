"""What comes off the wire, read: headers, cookies, and the errors of the HTTP library as our own."""

import contextlib
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import httpcore

from schemas.errors import ItemError

_COOKIE = re.compile(r"[!#-'*+.0-9A-Z^-z|~-]{1,100}=[!#-+\--:<-\[\]-~]{0,1000}")


def cookies_of(header: str) -> dict[str, str]:
    """Names and values that Set-Cookie lines ask for: kept for one chain of redirects, which some sites check with them."""
    pairs = (line.partition(";")[0].partition("=") for line in header.split("\n")[:20])
    return {name.strip(): value.strip() for name, _, value in pairs if _COOKIE.fullmatch(f"{name.strip()}={value.strip()}")}


def header_map(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers as received -> values by lower-case name."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1").strip()
        joint = "\n" if name == "set-cookie" else ", "  # a cookie's date has a comma
        headers[name] = f"{headers[name]}{joint}{value}" if name in headers and name != "location" else value
    return headers


@dataclass
class Exchange:
    """How far an exchange got: an error in the body means something else than one before it."""

    in_body: bool = False


@contextlib.contextmanager
def network_errors() -> Iterator[Exchange]:
    """Turns what httpcore raises into `ItemError`s."""
    stage = Exchange()
    try:
        yield stage
    except httpcore.TimeoutException as error:
        what = "no connection" if isinstance(error, httpcore.ConnectTimeout | httpcore.PoolTimeout) else "nothing from the server"
        raise ItemError("timeout", f"{what} within the time limit", transient=True) from error
    except httpcore.ConnectError as error:
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLError):
                raise ItemError("tls_failed", str(error)) from error
            cause = cause.__cause__ or cause.__context__
        raise ItemError("connect_failed", str(error), transient=True) from error
    except httpcore.RemoteProtocolError as error:
        text = str(error)
        if "too long" in text or "too large" in text.lower() or "header list" in text.lower():
            raise ItemError("headers_too_large", text) from error
        # the last two are how a server ends an HTTP/2 connection or stream
        cut = stage.in_body or any(
            word in text for word in ("disconnected", "peer closed", "ConnectionTerminated", "StreamReset")
        )
        raise ItemError("connection_reset" if cut else "protocol_error", text, transient=cut) from error
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        # of ours (LocalProtocolError), it is a kept connection that the server had already closed
        raise ItemError("protocol_error", str(error), transient=isinstance(error, httpcore.LocalProtocolError)) from error
    except (httpcore.NetworkError, ssl.SSLError, OSError) as error:
        raise ItemError("connection_reset", str(error) or type(error).__name__, transient=True) from error
