"""Validate: what the taggers found in, checked rows out.

``models`` says what a row of each table is, ``check`` builds and checks the rows of one article, ``records``
holds them, ``codes`` lists what can be wrong with a record and odd about a row.
"""

from extract.validate.check import build_validator, validate
from extract.validate.records import Records

__all__ = ["Records", "build_validator", "validate"]
