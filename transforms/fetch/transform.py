"""The door of the fetch room: entries in, pages out."""

import functools
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from schemas.errors import ItemError
from schemas.records import Entry, Page
from transforms.fetch.fetcher import fetch_entry
from transforms.routing import Clock, FutureMapOrReject, Submit, utc_now
from transforms.web.client import WebClient
from transforms.web.config import WebConfig
from transforms.web.shared import shared_client
from transforms.web.urls import host_key


async def _fetch(client: WebClient, entry: Entry, clock: Clock) -> Page:
    return await fetch_entry(client, entry, clock())


def _connect(config: WebConfig, clock: Clock) -> Submit:
    return functools.partial(shared_client(config).submit, functools.partial(_fetch, clock=clock))


def _host(entry: Entry) -> str:
    try:
        return host_key(entry.url)
    except ItemError:
        return ""  # the fetch will say what is wrong with the address


@dataclass(eq=False)
class FetchPages(beam.PTransform):
    """Entry -> Page: the page that an entry names, fetched politely.

    In: PCollection[Entry]. Out: `.ok` PCollection[Page], `.rejects` PCollection[Reject] (stage "fetch"). A page that cannot
    be had comes from the feed's own full text where there is one. Entries are keyed by host first, so that a host has one
    queue wherever workers run. `clock` must pickle; it tells when a fetch starts.
    """

    config: WebConfig
    max_in_flight: int = 4096  # entries handed to the client at once; it keeps its own, lower limit on requests
    clock: Clock = utc_now

    def expand(self, entries: Any) -> Any:
        return (
            entries
            | "KeyByHost" >> beam.Map(lambda entry: (_host(entry), entry))
            | "GroupByHost" >> beam.GroupByKey()
            | "Ungroup" >> beam.FlatMap(lambda group: group[1]).with_output_types(Entry)
            | "Fetch"
            >> FutureMapOrReject(
                "fetch", functools.partial(_connect, self.config, self.clock), Page, self.max_in_flight, self.clock
            )
        )
