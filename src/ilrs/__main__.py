"""`python -m ilrs` is the command `ilrs`."""

import sys

from ilrs.cli import main

sys.exit(main())
