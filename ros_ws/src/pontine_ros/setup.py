"""The nodes' package. Pontine itself (`pip install` of the repository) must be importable."""

from setuptools import setup

NAME = "pontine_ros"
NODES = (
    "brain_node", "cerebellum_node", "sim_node", "supervisor_node", "teleop_node",
    "run_instructions", "record_bag", "replay_bag", "fault_trials",
)  # fmt: skip

setup(
    name=NAME,
    version="0.1.0",
    packages=[NAME],
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{NAME}"]),
        (f"share/{NAME}", ["package.xml"]),
    ],
    install_requires=["setuptools"],
    zip_safe=True,
    maintainer="The Pontine authors",
    maintainer_email="pontine@example.com",
    description="Pontine's nodes: brain, cerebellum, simulation, supervisor.",
    license="Apache-2.0",
    entry_points={"console_scripts": [f"{node} = {NAME}.{node}:main" for node in NODES]},
)
