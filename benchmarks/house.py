"""What a user waits for, against the budgets: `python -m benchmarks.house [--quick] [--json]`.

The peer of the command line is Python itself doing nothing; the peer of the brief is the budget.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time

COMMANDS = {
    "help, CPU s": ("--help", "cpu", 0.120),
    "list of regions, wall s": ("regions --json", "wall", 0.600),
    "pair query on built-in data, wall s": ("why balance:UZB-KAZ:2022 -r central-asia --json", "wall", 0.600),
    "monitor on built-in data, wall s": ("monitor UZB KAZ --json", "wall", 0.600),
    "brief of Central Asia in Arabic, wall s": ("brief central-asia -l ar -o {dir}", "wall", 5.0),
}


def seconds(arguments: list[str], kind: str) -> float:
    """Return the seconds that one run takes, CPU (user and system) or wall."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - start
    return wall if kind == "wall" else after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def rows(*, quick: bool) -> list[dict[str, object]]:
    """Return one row a command: name, ours, peer, ratio, aim, holds."""
    found: list[dict[str, object]] = []
    runs = 3 if quick else 9
    with tempfile.TemporaryDirectory() as folder:
        for name, (arguments, kind, aim) in COMMANDS.items():
            filled = [argument.replace("{dir}", folder) for argument in ["-m", "hamkor", *arguments.split()]]
            seconds(filled, kind)
            pairs = [(seconds(filled, kind), seconds(["-c", "pass"], kind)) for _ in range(runs)]
            ours, peer = (statistics.median(column) for column in zip(*pairs, strict=True))
            row = {"name": name, "ours": round(ours, 3), "peer": round(peer, 3), "ratio": round(ours / peer, 1)}
            found.append({**row, "aim": aim, "holds": ours <= aim})
    return found


def main() -> None:
    """Print the rows."""
    found = rows(quick="--quick" in sys.argv)
    if "--json" in sys.argv:
        print(json.dumps(found, indent=1))
        return
    for row in found:
        shown = "  ".join(f"{name} {value}" for name, value in row.items() if name != "name")
        print(f"{row['name']!s:42} {shown}")


if __name__ == "__main__":
    main()
