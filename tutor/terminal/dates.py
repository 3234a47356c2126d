"""Moments in words, as seen from another one."""

from __future__ import annotations

from datetime import datetime, timedelta

_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)
DAYS_COUNTED = 30
"""Up to here a date is so many days away, later it is named."""


def when(moment: datetime, now: datetime) -> str:
    """Return ``in 10 minutes``, ``at 14:05``, ``tomorrow``, ``in 3 days`` or ``on 3 March``."""
    moment = moment.astimezone(now.tzinfo)
    if moment - now <= _MINUTE:
        return "in a minute" if moment > now else "now"
    if moment - now < _HOUR:
        return f"in {round((moment - now) / _MINUTE)} minutes"
    days = (moment.date() - now.date()).days
    if days == 0:
        return f"at {moment:%H:%M}"
    if days == 1:
        return "tomorrow"
    if days <= DAYS_COUNTED:
        return f"in {days} days"
    return f"on {moment.day} {moment:%B}" + (f" {moment.year}" if moment.year != now.year else "")
