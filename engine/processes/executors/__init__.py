"""Where workers run; one interface (base), local processes by default (local)."""
