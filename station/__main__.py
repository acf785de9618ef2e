"""``python -m station`` is ``infusion-station``."""

from station.cli import main

if __name__ == "__main__":
    main()
