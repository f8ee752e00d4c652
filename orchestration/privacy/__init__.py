"""Personal data in what is kept: erased on request, and hashed under keys that can be changed."""

from orchestration.privacy.erasure import Erased, erase
from orchestration.privacy.rotation import Rotated, rotate_key

__all__ = ["Erased", "Rotated", "erase", "rotate_key"]
