"""The bench: accuracy, speed, memory and tables against what the project must reach.

`python -m tests.bench --help` says how it is called; `make bench` measures everything.
"""
