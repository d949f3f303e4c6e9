"""Rebuilds ``vega.js``, the charting script that every report carries, from the versions in vl-convert-python.

Only ``make vega`` runs this; reports read the file. vl-convert itself (84 MB, two seconds a start) is not needed.
"""

from __future__ import annotations

from pathlib import Path

_BANNER = "/*! Vega {vega}, Vega-Lite {vegalite}, Vega-Embed {embed}; made by `make vega`.\n\n{notices}*/\n"


def main() -> None:
    import vl_convert  # type: ignore[import-not-found]

    versions = {
        "vega": vl_convert.get_vega_version(),
        "vegalite": vl_convert.get_vegalite_versions()[-1],
        "embed": vl_convert.get_vega_embed_version(),
    }
    notices = Path(__file__).with_name("vega.LICENSE").read_text("utf-8")  # every report carries them too
    # The names at the top of the bundle would be global in a page.
    script = f"(() => {{\n{vl_convert.javascript_bundle().strip()}\n}})();\n"
    assert "</script" not in script.lower() and "<!--" not in script
    path = Path(__file__).with_name("vega.js")
    path.write_text(_BANNER.format(notices=notices, **versions) + script, encoding="utf-8")
    print(f"{path}: {versions}, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
