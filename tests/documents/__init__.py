"""Documents as earlier versions stored them. Never edit these files; add one for a new version."""

from pathlib import Path

OLD = sorted(Path(__file__).parent.glob("version_*/*.json"))
