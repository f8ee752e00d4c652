"""What goes wrong with loads as a whole.

LoadsError
├── NoSuchLoad          no load, or no publication, has this id; the message lists the last ones
├── NotKept             a file of a past publication is no longer there, or was changed: rebuild it
├── ReplayDiffers       the archive does not give what the register says
└── NothingToDo         what was asked for is so already

Files that are refused and builds that fail are no exceptions: the load's report tells them.
"""

__all__ = ["LoadsError", "NoSuchLoad", "NotKept", "NothingToDo", "ReplayDiffers"]


class LoadsError(Exception):
    """Base of everything that this package raises; the message says what to do."""


class NoSuchLoad(LoadsError):
    """No load or publication has this id."""


class NotKept(LoadsError):
    """A past publication is no longer on disk, or is not what it was."""


class ReplayDiffers(LoadsError):
    """Loading the archive again does not give what the register tells."""


class NothingToDo(LoadsError):
    """What was asked for is so already."""
