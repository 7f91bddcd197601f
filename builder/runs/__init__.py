"""Training runs: their queue, their events, and the processes behind them."""
