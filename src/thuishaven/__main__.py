"""``python -m thuishaven`` is the same as ``thuishaven``."""

import sys

from thuishaven.cli import main

if __name__ == "__main__":
    sys.exit(main())
