"""Start workers: the interface is `base`, the default implementation `local`."""
