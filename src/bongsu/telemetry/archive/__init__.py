"""The archive: what devices told, as Parquet by day and property; of persons sealed under a key each."""
