"""What travels and what is stored: records, errors with their reason codes, and the Parquet tables."""

__version__ = "0.1.0"
