"""Write: checked rows in, a dataset of Parquet files out, and back.

``schemas`` derives Arrow types from the row models, ``tables`` turns rows into Arrow, ``folder`` puts parts
in place, ``shards`` takes a stream of articles there, ``manifest`` sums up, ``dataset`` reads it all back,
``verify`` looks whether all of it holds.
"""

from extract.write.dataset import NoDatasetError, Tables, load
from extract.write.folder import OutputError, OutputExistsError

__all__ = ["NoDatasetError", "OutputError", "OutputExistsError", "Tables", "load"]
