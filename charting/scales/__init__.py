"""Symptom scales: instruments as data (``instruments/*.toml``) and one engine that scores them.

``scale.py`` says what an instrument is made of, ``shelf.py`` reads the shipped ones, ``wording.py`` adds the text that
a licensed clinic installs, ``scoring.py`` scores answers, ``change.py`` compares with a recorded baseline. Nothing here
diagnoses or advises: a score is what its source says it is, and says which source that was.
"""
