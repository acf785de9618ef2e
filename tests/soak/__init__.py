"""Long runs (``pytest -m soak``): each says how many it did and how many failed, in one closing table.

Sizes come from the environment, so that the same run can be tried short: ``SOAK_KILLS`` (1000), ``SOAK_FRAMES`` a
driver (1000000), ``SOAK_MINUTES`` (60), ``SOAK_FULL_DISKS`` (200), ``SOAK_SEED`` (20261122).
"""
