"""The benchmarks themselves: what they compare, and when the gate closes."""
