"""What the register costs, measured: `make bench`. Each part keeps its table in docs/performance.md."""
