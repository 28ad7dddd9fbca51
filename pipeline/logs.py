"""Logging: warnings and our own sentences by default, more with -v, JSON lines for machines."""

import json
import logging
import sys
from datetime import UTC, datetime

_NOISE = ("apitools not found",)  # a remark Beam makes at import on machines without the Google Cloud extra


class _Quiet(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return not record.getMessage().startswith(_NOISE)


class _TextFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        text = f"dibwatch: {record.getMessage()}"
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info and record.exc_info[0] else text


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0]:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def set_up_logging(*, verbose: bool, log_format: str) -> None:
    """Send log lines to standard error in `log_format` (`text` or `json`)."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonFormatter() if log_format == "json" else _TextFormatter())
    handler.addFilter(_Quiet())
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("dibwatch").setLevel(logging.DEBUG if verbose else logging.INFO)
    if not verbose:  # Beam prints the traceback of what a bundle raised; the command says it in one sentence
        logging.getLogger("apache_beam.runners").setLevel(logging.CRITICAL)
    for chatty in ("httpx", "httpcore", "hpack", "apache_beam"):  # per request, per frame, per stage
        logging.getLogger(chatty).setLevel(logging.INFO if verbose and chatty == "apache_beam" else logging.WARNING)
