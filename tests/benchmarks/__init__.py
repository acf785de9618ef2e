"""What is fast, as ratios taken in one run on one machine: ``python -m tests.benchmarks [--quick] [--only P1,P2]``.

A figure of ours stands beside an arm that any machine has (struct, a bare read, fdatasync, an empty app), both
measured turn by turn. Here live the arms and the table; nothing of the product imports this folder.
"""
