"""Raw artifacts by sha256 and tables as Parquet with vintages: the only writer of data."""

from hamkor.store.files import sha256
from hamkor.store.state import Arrival, State, Validators, Vintage
from hamkor.store.store import Store, open_store
from hamkor.store.vintages import as_of_records, moment, revision_triangle

__all__ = [
    "Arrival", "State", "Store", "Validators", "Vintage", "as_of_records", "moment", "open_store", "revision_triangle",
    "sha256",
]  # fmt: skip
