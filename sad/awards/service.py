"""The award's commands, gathered by name, from the proposal to the solde."""

from sad.awards.deciding import cancel, decide, end
from sad.awards.papers import record_paper
from sad.awards.performance import admit, deliver, invoice, order, pay, settle
from sad.awards.proposing import propose, replace
from sad.awards.relaunching import relaunch
from sad.awards.signing import notify_award as notify
from sad.awards.signing import sign, transmit

__all__ = [
    "admit",
    "cancel",
    "decide",
    "deliver",
    "end",
    "invoice",
    "notify",
    "order",
    "pay",
    "propose",
    "record_paper",
    "relaunch",
    "replace",
    "settle",
    "sign",
    "transmit",
]
