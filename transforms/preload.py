"""Importing this module loads what extraction and tagging need: libraries, model, gazetteer, lexicon (about 2 s, 400 MB).

It is imported by name in the parent of the worker processes (`processes.preload`) and nowhere else: the workers are forked from it
and share what it loaded.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy starts its threads, which a fork would not carry over

from transforms.extract import worker
from transforms.tag import tagger

worker.prepare()
tagger.prepare()
