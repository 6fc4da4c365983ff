"""So what should we do, and what should we find out first? Plans by criteria; ``docs/advice.md``."""
