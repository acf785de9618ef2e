"""The annunciator's process: orders on stdin, statuses on stdout."""

import sys

from station.annunciator.child import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
