"""What travels and what is stored: records, errors with their reason codes, and the Parquet tables."""
