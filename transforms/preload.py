"""Importing this module loads what extraction and tagging need: libraries, model, gazetteer, lexicon (about 2 s, 400 MB).

It is imported by name in the parent of the worker processes (`processes.preload`) and nowhere else: the workers are forked from it
and share what it loaded.
"""

import gc
import os
import signal
import sys
from types import TracebackType

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy starts its threads, which a fork would not carry over

signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the process that started us ends us


def _in_a_sentence(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    # A worker whose parent ended before it had said what to run, or took its locks (files) along: nobody is there to be told
    if issubclass(kind, (EOFError, ConnectionError, FileNotFoundError)):
        return
    if issubclass(kind, (OSError, MemoryError)):  # the machine's doing, as a full disk
        print(f"dibwatch: the workers cannot load what they need: {str(error) or kind.__name__}", file=sys.stderr)
        return
    sys.__excepthook__(kind, error, trace)


sys.excepthook = _in_a_sentence

gc.disable()  # what is loaded here stays: looking for garbage in it takes a third of the time

from transforms.extract import worker  # noqa: E402  # not before the lines above
from transforms.tag import tagger  # noqa: E402

worker.prepare()
tagger.prepare()

gc.collect()
gc.freeze()  # the workers' collectors leave it alone, and the pages of memory they share with this process stay shared
gc.enable()
