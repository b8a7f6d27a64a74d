"""What the register costs, measured: `make bench`. Each part measures one thing and keeps its table in docs/performance.md."""
