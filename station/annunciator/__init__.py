"""Sound: a small child process with the sound device, and the recorder's end of its pipe.

``tones.py`` and ``player.py`` are pure: samples from a table. ``sink.py`` is where samples go, ``program.py`` plays
them as files where there is no device, ``ladder.py`` takes the best of these that works, ``child.py`` is the process
(``python -m station.annunciator``), ``voice.py`` the recorder's end, ``pause.py`` what is to be sounded. Nothing here
knows a patient, a chart or a screen; numpy and miniaudio are imported in the child only.
"""
