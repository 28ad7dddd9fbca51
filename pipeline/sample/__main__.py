"""`python -m pipeline.sample`: serve the sample site on loopback, run the real pipeline over it, ask the lake a question."""

import argparse
import shlex
import sys
import threading

from pipeline.cli import main as dibwatch
from pipeline.sample.site import feed_addresses, serve

QUESTION = (
    "SELECT m.name AS company, m.iso3 AS seat, count(DISTINCT m.story_id) AS stories, "
    "string_agg(DISTINCT c.iso3, ' ' ORDER BY c.iso3) AS named_with "
    "FROM mentions m JOIN article_countries c USING (article_id) "
    "WHERE m.label = 'COMPANY' AND c.salience >= 0.15 GROUP BY ALL ORDER BY stories DESC, company LIMIT 12"
)


def main() -> int:
    """Exit code of the first command that failed, 0 when all went well."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.sample", description=__doc__)
    parser.add_argument("--lake", default="sample-lake")
    parser.add_argument("--port", type=int, default=8765)
    args = parser.parse_args()
    try:
        server = serve(args.port)
    except OSError as error:
        hint = f"run it on another one: make run PORT={args.port + 1}"
        print(f"dibwatch: the sample site cannot use port {args.port} ({error.strerror}); {hint}", file=sys.stderr)
        return 1
    threading.Thread(target=server.serve_forever, daemon=True).start()
    commands = (
        [
            "run",
            "--feeds",
            *feed_addresses(args.port),
            "--lake",
            args.lake,
            "--allow_private_hosts",
            "--host_delay",
            "0",
            "--poll_all",
        ],
        ["sql", QUESTION, "--lake", args.lake],
    )
    for command in commands:
        print(f"\n$ dibwatch {' '.join(map(_shown, command))}", flush=True)
        if code := dibwatch(command):
            return code
    server.shutdown()
    server.server_close()
    return 0


def _shown(word: str) -> str:
    """`word` as a person would type it in a shell: SQL, which has single quotes inside, in double ones."""
    return f'"{word}"' if "'" in word and not set('"$`\\!') & set(word) else shlex.quote(word)


if __name__ == "__main__":
    sys.exit(main())
