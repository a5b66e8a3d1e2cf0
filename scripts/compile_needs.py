"""Compile what the library needs, beside its sources, where it is installed: `python -I scripts/compile_needs.py`.

Whoever runs without a place for what is compiled, as `smartcity build` does when it imports an app, compiles none of it again.
"""

from __future__ import annotations

import compileall
from importlib.metadata import PackageNotFoundError, distribution

from packaging.requirements import Requirement

waiting, known = ["smartcity-share"], set()
while waiting:
    name = waiting.pop()
    if name in known:
        continue
    known.add(name)
    try:
        found = distribution(name)
    except PackageNotFoundError:
        continue
    needed = map(Requirement, found.requires or ())
    waiting += [one.name for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})]
    for file in found.files or ():
        if file.suffix == ".py" and ".." not in file.parts:
            compileall.compile_file(str(found.locate_file(file)), quiet=2)
