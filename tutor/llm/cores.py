"""How many threads computing is worth: one for each physical core that this process may use."""

from __future__ import annotations

import os
from pathlib import Path

_CPUS = Path("/sys/devices/system/cpu")
_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def physical_cores() -> int:
    """Return the number of physical cores, within the process's affinity and container quota.

    Two threads on one core get in each other's way: llama.cpp is bound by memory and by the vector
    units, which they share. Where the system does not tell (not Linux), every CPU counts.
    """
    if not hasattr(os, "sched_getaffinity"):
        return os.cpu_count() or 1
    cores = {_core_of(cpu) for cpu in os.sched_getaffinity(0)}
    return max(1, min(len(cores), _quota(_QUOTA)))


def _core_of(cpu: int) -> str:
    """Return a name that all hardware threads of the core of ``cpu`` share."""
    try:
        return (_CPUS / f"cpu{cpu}/topology/thread_siblings_list").read_text().strip()
    except OSError:  # some virtual machines and containers hide the topology
        return str(cpu)


def _quota(file: Path) -> int:
    """Return the CPUs that the control group grants, or a large number where it sets no limit."""
    try:
        granted, period = file.read_text().split()
        return max(1, int(granted) // int(period))
    except (OSError, ValueError):  # no control group, or "max 100000"
        return 1 << 16
