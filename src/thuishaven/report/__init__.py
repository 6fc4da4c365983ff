"""How do we tell it: words, charts and blocks for pages, PDF and spreadsheets; see ``docs/report.md``."""
