"""Extract and tag again from the stored pages: no network, the rows of those articles replaced in one commit."""

from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.progress import OF_TAGGING
from pipeline.run import PassConfig, new_run_id, run_graph, summarise
from schemas import __version__
from schemas.errors import LakeError
from schemas.records import RunInfo
from schemas.rows import Row, run_row
from transforms.lake.changes import MentionChange


@dataclass(frozen=True)
class ReprocessOutcome:
    """A committed reprocessing: its row of `runs`, how many articles had a row before, and what changed in their mentions."""

    row: Row
    compared: int
    changes: list[MentionChange]


def reprocess(config: PassConfig, source: str, since: datetime, until: datetime) -> ReprocessOutcome:
    """Write the articles of the pages that lake `source` fetched from `since` up to `until` anew into `config.lake`.

    The two may be the same lake: the new rows then replace the old ones atomically. Raises `LakeError` (no lake, no stored pages in
    that time, nothing can be written) or `PassFailedError`; nothing is changed then.
    """
    from pipeline.graph import build_reprocess
    from transforms.lake.changes import mention_changes
    from transforms.lake.lake import commit_pass, open_lake
    from transforms.lake.locks import hold
    from transforms.lake.reprocess import newest_pages
    from transforms.lake.staging import read_manifest

    old = open_lake(source, create=False)
    started_at = datetime.now(UTC)
    run = RunInfo(new_run_id(started_at), __version__)
    lake = old if config.lake == source else open_lake(config.lake)
    with (
        lake.begin_pass(run.run_id, config.lock_wait_s),
        hold(old.storage, "compact", f"run {run.run_id}", config.lock_wait_s),  # no file that is to be read shall be merged away
    ):
        snapshot = old.snapshot()
        chosen = newest_pages(old.storage, snapshot.files("pages"), since, until)
        if not chosen:
            raise LakeError(f"there are no stored pages in {source} from that time; dibwatch run --no_keep_pages stores none")
        parts = (("extract", f"of {sum(len(pages.rows) for pages in chosen):,} stored pages extracted"), OF_TAGGING)
        counters = run_graph(
            config, run, started_at, lambda pipeline, graph: build_reprocess(pipeline, chosen, source, graph), parts
        )
        staged = [file for file in read_manifest(lake.storage, run.run_id) if file.table == "articles"]
        compared, changes = mention_changes(old.storage, snapshot.files("articles"), lake.storage, staged)
        summary = summarise("reprocess", run, started_at, datetime.now(UTC), counters, 0)
        committed = commit_pass(lake, summary, summary.finished_at, keep_revisions=False)
    return ReprocessOutcome(run_row(summary, committed.sequence), compared, changes)
