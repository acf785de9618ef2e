"""The append-only record on disk: chain, tables, the one writer, readers, ``verify``. The only SQL of the house.

Nothing here knows what an entry means, save those that open and close a session and seal numeric rows.
"""
