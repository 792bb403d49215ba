"""The robots that are known, and how a robot of one's own is described and looked at."""
