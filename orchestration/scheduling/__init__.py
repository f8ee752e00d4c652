"""Loads without a person: waiting for complete deliveries, once or for ever."""

from orchestration.scheduling.delivery import Delivery, Quiet, look
from orchestration.scheduling.watching import Rhythm, Stopping, until_signal, wait_for_delivery, watch

__all__ = ["Delivery", "Quiet", "Rhythm", "Stopping", "look", "until_signal", "wait_for_delivery", "watch"]
