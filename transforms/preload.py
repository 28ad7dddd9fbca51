"""Importing this module loads what extraction and tagging need: libraries, model, gazetteer, lexicon (about 2 s, 400 MB).

It is imported by name in the parent of the worker processes (`processes.preload`) and nowhere else: the workers are forked from it
and share what it loaded.
"""

import os
import signal

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy starts its threads, which a fork would not carry over

signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the process that started us ends us

from transforms.extract import worker  # noqa: E402  # not before the two lines above
from transforms.tag import tagger  # noqa: E402

worker.prepare()
tagger.prepare()
