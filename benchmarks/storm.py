"""Send bad input to every form and page: `python -m benchmarks.storm [count] [seed]`.

The forms and queries of `tests.support.storm`, as every kind of person, in every state of an event, on SQLite. Prints
how often each class of status came, and each server error with its request. The exit status is 1 if there was one.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import structlog
from flask_migrate import upgrade

from eventhub.app import create_app
from eventhub.clock import utcnow
from eventhub.db import db
from eventhub.settings import Settings
from tests.support.storm import Hit, Storm, nothing_saved
from tests.support.storm_world import State, StormWorld

COUNT = 10_000


def storm(directory: Path, *, count: int, seed: int) -> Iterator[Hit]:
    """Send `count` requests, two posts for each GET, and yield what each got."""
    # Errors are printed below: no line for each request.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("critical"))
    environment = {"EVENTHUB_DATABASE_URL": f"sqlite:///{directory}/storm.sqlite3", "EVENTHUB_DATA_DIR": str(directory)}
    app = create_app(replace(Settings.from_env(environment), rate_limits=False))
    app.config.update(WTF_CSRF_ENABLED=False)
    with app.app_context():
        upgrade()
    world, random = StormWorld(app, now=utcnow()), Random(seed)
    storm = Storm(world, random)
    with nothing_saved(app):
        targets = [target for state in State for target in storm.all_targets(state)]
        pages = storm.endpoints("GET")
        for number in range(count):
            if number % 3 == 2:
                yield from map(storm.ask, storm.gets(random.choice(pages), random.choice(list(State)), 1))
            else:
                yield from map(storm.ask, storm.posts(random.choice(targets), 1))
    with app.app_context():
        db.engine.dispose()


def main() -> int:
    """Print the classes of status and the errors; return the exit status."""
    count, seed = (int(text) for text in [*sys.argv[1:], *(str(COUNT), "1")[len(sys.argv) - 1 :]])
    classes: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="eventhub-storm-") as directory:
        for hit in storm(Path(directory), count=count, seed=seed):
            classes[f"{hit.status // 100}xx"] += 1
            if hit.status >= 500:
                errors[hit.shot.endpoint] += 1
                print(hit, flush=True)
    sent = classes.total()
    print(f"storm: {sent} requests, seed {seed}")
    for name, number in sorted(classes.items()):
        print(f"  {name} {number:>7}  {number / sent:.4f}")
    print(f"  server errors: {errors.total()}" + "".join(f"\n    {name} {n}" for name, n in errors.most_common()))
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
