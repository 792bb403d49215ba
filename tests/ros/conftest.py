"""Real DDS on this machine alone, each test process in a domain of its own."""

import os

from pontine.ros.graph import environment

WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
os.environ.update(environment(domain=101 + WORKER % 100))
