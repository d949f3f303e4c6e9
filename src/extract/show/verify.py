"""What ``extract verify`` says: one line where all holds, else the first violations; gives the exit status."""

from __future__ import annotations

from collections.abc import Iterable

from extract.files import Place
from extract.records import Item
from extract.write import load
from extract.write.verify import verify

SHOWN = 10


def report(folder: Place, inputs: Iterable[Item] | None) -> int:
    """0 or 1. Raises NoDatasetError."""
    found = 0
    for violation in verify(folder, inputs):
        found += 1
        if found <= SHOWN:
            print(violation)
    if found:
        print(f"{folder}: {found:,} violations" + (f", the first {SHOWN} above" if found > SHOWN else ""))
        return 1
    manifest = load(folder).manifest
    counts = ", ".join(f"{count:,} {table}" for table, count in manifest["counts"].items())
    print(f"{folder}: all holds: {counts}; {len(manifest['parts']):,} files, {manifest['characters']:,} characters")
    return 0
