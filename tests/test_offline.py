"""Only loopback is ever contacted: the main commands run with all other sockets forbidden."""

import json
import os
import subprocess
import sys
from pathlib import Path

GUARD = """
import socket, sys

LOCAL = ("127.", "::1", "localhost")
real_connect, real_lookup = socket.socket.connect, socket.getaddrinfo

def refuse(address):
    sys.stderr.write(f"FORBIDDEN CONNECTION {address}\\n")
    raise OSError("the network is forbidden in this test")

def connect(self, address):
    if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(LOCAL):
        refuse(address)
    return real_connect(self, address)

def lookup(host, *args, **kwargs):
    if host is not None and not str(host).startswith(LOCAL):
        refuse(host)
    return real_lookup(host, *args, **kwargs)

socket.socket.connect = socket.socket.connect_ex = connect
socket.getaddrinfo = lookup
"""


def tutor(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    guard = home / "guard"
    guard.mkdir(exist_ok=True)
    (guard / "sitecustomize.py").write_text(GUARD)
    environment = {
        **os.environ,
        "HOME": str(home / "user"),
        "XDG_DATA_HOME": str(home / "user"),
        "TUTOR_HOME": str(home / "data"),
        "PYTHONPATH": str(guard),
    }
    return subprocess.run(
        [sys.executable, "-m", "tutor", *arguments],
        env=environment,
        cwd=home,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_the_guard_itself_catches_a_connection(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(GUARD)
    done = subprocess.run(
        [sys.executable, "-c", "import urllib.request as u; u.urlopen('http://192.0.2.1/')"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert "FORBIDDEN CONNECTION" in done.stderr


def test_ingest_ask_and_quiz_contact_nobody(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "cells.md").write_text(
        "# Cells\n\n## Ribosomes\n\nA ribosome is a molecular machine that builds proteins from "
        "amino acids.\n\n## Mitochondria\n\nA mitochondrion is an organelle that produces most of "
        "the cell's ATP.\n\n## Nucleus\n\nThe nucleus is the organelle that holds the cell's DNA.\n"
    )
    commands = [
        ("ingest", str(notes), "--course", "biology"),
        ("ask", "What does a ribosome build?", "--json"),
        ("quiz", "organelles", "-n", "2", "--json"),
        ("search", "mitochondria", "--json"),
        ("review", "--json"),
        ("progress", "--json"),
        ("notes", "--json"),
        ("doctor",),
    ]
    for command in commands:
        done = tutor(tmp_path, *command)
        assert done.returncode == 0, done.stderr
        assert "FORBIDDEN CONNECTION" not in done.stderr, (command, done.stderr)
        if "--json" in command:
            json.loads(done.stdout)
    written = {p.name for p in tmp_path.iterdir()}
    assert written == {"guard", "data", "notes", "user"}, "state belongs in the data folder"
    # CrewAI makes a key of its own when it is imported, whether it has a use for it or not.
    strays = {p.name for p in (tmp_path / "user").rglob("*") if p.is_file()}
    assert strays <= {"secret.key"}
