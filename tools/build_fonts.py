"""Prepare the fonts of the reports: `python tools/build_fonts.py FOLDER`, with the TTF files of Open Sans.

Open Sans (SIL Open Font License 1.1, no reserved name) comes from the npm package
@expo-google-fonts/open-sans. It lacks the narrow no-break space that French writes in numbers: here it
gets the glyph of the thin space. Charts and PDF read the TTF files; the one-file page carries the WOFF
files, which hold the Latin letters only. Needs fonttools.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parent.parent / "src" / "thuishaven" / "report" / "fonts"
WEIGHTS = {
    "Regular": "400Regular/OpenSans_400Regular.ttf",
    "SemiBold": "600SemiBold/OpenSans_600SemiBold.ttf",
}
NARROW_NO_BREAK, THIN = 0x202F, 0x2009
#: Latin with its accents, punctuation, currency, arrows and the mathematical signs of a report.
LATIN = (
    "U+0020-017F,U+0192,U+0218-021B,U+02C6-02DD,U+2000-206F,U+2070-209F,U+20AC,U+2122,U+2190-2193,U+2200-2265"
)


def main(folder: Path) -> None:
    """Write the fonts and their licence."""
    FONTS.mkdir(exist_ok=True)
    for weight, name in WEIGHTS.items():
        font = TTFont(folder / name)
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[NARROW_NO_BREAK] = table.cmap[THIN]
        font.save(FONTS / f"OpenSans-{weight}.ttf")
        options = subset.Options(
            flavor="woff", layout_features=["kern", "liga", "mark", "mkmk", "ccmp", "locl"]
        )
        small = subset.Subsetter(options)
        small.populate(unicodes=subset.parse_unicodes(LATIN.replace("U+", "")))
        small.subset(font)
        font.flavor = "woff"
        font.save(FONTS / f"OpenSans-{weight}.woff")
    shutil.copyfile(folder / "LICENSE_FONT", FONTS / "OFL.txt")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
