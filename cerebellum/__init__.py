"""The fast half: action tokens and live senses in, robot commands out.

`codec`, `engines`, `runtime` and `playback` run without torch; training and export need it.
"""
