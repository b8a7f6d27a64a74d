"""Benchmarks: `make bench` runs them. Each part writes its page in docs/reference/generated/."""
