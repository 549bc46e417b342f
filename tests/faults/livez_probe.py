"""Asks `/livez` of the address it is given until its input ends, then prints how long each answer took, in seconds.

A process of its own: beside hundreds of callers in one process, it would measure how long those keep it waiting.
"""

from __future__ import annotations

import http.client
import json
import select
import sys
from time import monotonic

PAUSE_SECONDS = 0.02


def main(host: str, port: int) -> None:
    """Ask over one connection, as a supervisor would."""
    connection = http.client.HTTPConnection(host, port, timeout=30)
    seconds = []
    while not select.select([sys.stdin], [], [], PAUSE_SECONDS)[0]:
        begun = monotonic()
        connection.request("GET", "/livez")
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        seconds.append(monotonic() - begun)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
