"""The commands of a world: one frozen value for everything that somebody may want of it. Whether it is granted is the
world's matter.

`World.execute` takes them; `registry` names each by the word that the journal has for it.
"""
