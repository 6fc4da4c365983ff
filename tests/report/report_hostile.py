"""Texts that a dossier may hold and a file must survive: formulas, marks of formats, unwanted letters."""

HOSTILE = (
    '=HYPERLINK("http://example.invalid";"click")',
    "=1+1",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "{=1+1}",
    "'=1+1",
    "https://example.invalid/?q=1",
    '#let x = 1; #panic("typst") $ * _ ` < > @label',
    "<script>alert(1)</script>&amp;\"'",
    "]]><svg onload=alert(1)>",
    "a\x00b\x07c\x1b[31md",
    "left\u202eright\u2066",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "0123456789" * 50,
    "01.02",
    "1e308",
)
