"""`python -m core …`: see `core.run.commands`."""

import sys

from core.run.commands import main

sys.exit(main())
