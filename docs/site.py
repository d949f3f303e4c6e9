"""Hooks of mkdocs: the READMEs and the page of all columns become pages, and links to files of the repository work.

What a page links to outside docs/ is copied into the site as it is, under ``files/``; folders have pages of their own.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[1]
# Path in the repository -> page of the site
MOVED = {
    "README.md": "index.md",
    "README.vi.md": "index.vi.md",
    "schemas/README.md": "tables.md",
    "src/extract/tag/ner/README.md": "model-card.md",
}
FOLDERS = {"schemas": "tables.md", "rules": "rules.md#all-files-and-families"}
LINK = re.compile(r"(?<=\]\()(?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]+)?(?=\))")
FENCE = re.compile(r"(^```.*?^```$)", re.M | re.S)


def on_files(files: Any, config: Any) -> Any:
    """Adds the pages that lie elsewhere in the repository, and every file that a page links to."""
    for path, page in MOVED.items():
        files.append(File.generated(config, page, content=(ROOT / path).read_text("utf-8")))
    for file in [file for file in files if file.is_documentation_page()]:
        for match in LINK.finditer(_outside_code(file.content_string)):
            target = _in_repository(file.src_uri, match[1])
            if not target.startswith("docs/") and target not in MOVED and (ROOT / target).is_file():
                uri = f"files/{target}"
                if files.get_file_from_path(uri) is None:
                    files.append(File.generated(config, uri, content=(ROOT / target).read_bytes()))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Turns links in the repository into links in the site; what leads nowhere stays, and the build fails."""
    here = posixpath.dirname(page.file.src_uri)

    def moved(match: re.Match[str]) -> str:
        target, anchor = _in_repository(page.file.src_uri, match[1]), match[2] or ""
        if target in FOLDERS:
            uri = FOLDERS[target]
        elif target in MOVED:
            uri = MOVED[target] + anchor
        elif target.startswith("docs/"):
            uri = target.removeprefix("docs/") + anchor
        elif (ROOT / target).is_file():
            uri = f"files/{target}"
        else:
            return match[0]
        return posixpath.relpath(uri, here or ".")

    parts = FENCE.split(markdown)
    return "".join(part if n % 2 else LINK.sub(moved, part) for n, part in enumerate(parts))


def on_post_page(output: str, page: Any, **_: Any) -> str:
    """Pages in Vietnamese say so, for screen readers and hyphenation."""
    return output.replace('<html lang="en"', '<html lang="vi"', 1) if page.file.src_uri.endswith(".vi.md") else output


def _outside_code(markdown: str) -> str:
    return "".join(FENCE.split(markdown)[::2])


def _in_repository(page: str, link: str) -> str:
    """Where a link of a page leads, as a path in the repository."""
    home = next((path for path, moved in MOVED.items() if moved == page), f"docs/{page}")
    return posixpath.normpath(posixpath.join(posixpath.dirname(home), link))
