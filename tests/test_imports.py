"""The import floors of docs/architecture.md, and the house rules a machine can check."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.import_graph import circles, import_graph, modules

ROOT = Path(__file__).resolve().parents[1]
LOWER = {
    "body": set[str](),
    "episodes": {"body"},
    "learning": {"body"},
    "brain": {"body", "episodes", "learning"},
    "cerebellum": {"body", "episodes", "learning"},
    "sim": {"body", "episodes"},
    "pontine": {"body", "episodes", "learning", "brain", "cerebellum", "sim"},
}
TORCH = {"torch", "transformers", "tokenizers", "safetensors"}
SIMULATION = {"mujoco", "gymnasium", "mink", "daqp"}
EXPORT = {"onnx", "onnxscript", "onnxruntime"}
RECORDING = {"pyarrow", "PIL", "tqdm"}
CURVES = {"matplotlib"}
BAGS = {"rosbags", "mcap", "zstandard", "ruamel"}
COMMAND_LINE = {"tyro", "imageio", "imageio_ffmpeg"}
STATISTICS = {"scipy"}
REPORT = {"jsonschema", "jinja2"}
OUTSIDE = {
    "body": {"ruckig"},
    "episodes": RECORDING | {"safetensors"},
    "learning": {"torch", "tqdm"} | CURVES,
    "brain": RECORDING | TORCH,
    "cerebellum": RECORDING | TORCH | EXPORT,
    "sim": RECORDING | SIMULATION,
    "pontine": BAGS
    | RECORDING
    | TORCH
    | EXPORT
    | SIMULATION
    | COMMAND_LINE
    | CURVES
    | STATISTICS
    | REPORT,
}
# What runs on a robot beside the brain: numpy and an engine, nothing to train with.
RUN_TIME = {
    "body": {"ruckig"},
    "cerebellum/runtime": {"onnxruntime"},
    "cerebellum/engines": {"onnxruntime"},
    "cerebellum/codec": set[str](),
}
RUN_TIME_MODULES = (
    "body",
    "body.robots.fr3",
    "body.safety.interpolator",
    "body.geometry.kinematics",
    "body.safety.limiter",
    "body.contract.mailbox",
    "body.safety.watchdog",
    "body.safety.workspace",
    "episodes.model_folder",
    "cerebellum.codec",
    "cerebellum.runtime",
    "cerebellum.runtime.controller",
    "cerebellum.runtime.loop_process",
    "cerebellum.runtime.planner_process",
    "cerebellum.engines",
)
# Every node but the brain's runs without torch, the cerebellum's without a simulator too.
LIGHT = ("sim_node", "supervisor_node", "teleop_node", "record_bag", "replay_bag")
NODES = {node: {"torch", "transformers", "matplotlib"} for node in LIGHT}
NODES["cerebellum_node"] = {"torch", "transformers", "matplotlib", "mujoco"}
ROS = {
    "rclpy", "rcl_interfaces", "builtin_interfaces", "diagnostic_msgs", "geometry_msgs",
    "lifecycle_msgs", "rosgraph_msgs", "sensor_msgs", "std_msgs", "std_srvs", "trajectory_msgs",
    "pontine_interfaces", "pontine_ros",
}  # fmt: skip
NODES_FOLDER = "ros_ws/src/pontine_ros/pontine_ros"
TEXT = {".py", ".md", ".toml", ".txt", ".json", ".xml", ".yaml", ".yml", ".cfg", ""}
BUILT = {"__pycache__", "build", "install", "log"}
UNTRACKED = {".git", ".venv", "data", "runs", "out", "build", "engines"}


def sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything imported in a file, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: import by full name"
            yield node.lineno, str(node.module)


def strangers(paths: list[Path], allowed: set[str]) -> list[str]:
    allowed = allowed | {"numpy"} | set(sys.stdlib_module_names)
    return [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in paths
        for line, name in imported(path)
        if name.split(".")[0] not in allowed
    ]


@pytest.mark.parametrize("folder", LOWER)
def test_a_folder_imports_only_from_floors_below_it(folder: str) -> None:
    assert sources(folder)
    assert not strangers(sources(folder), {folder} | LOWER[folder] | OUTSIDE[folder])


@pytest.mark.parametrize("folder", RUN_TIME)
def test_run_time_folders_name_no_training_library(folder: str) -> None:
    ours = {"body", "episodes", "cerebellum"}
    assert not strangers(sources(folder), ours | RUN_TIME[folder])


@pytest.mark.parametrize("module", RUN_TIME_MODULES)
def test_run_time_path_loads_no_torch(module: str) -> None:
    code = (
        f"import sys, {module}\n"
        "print(*sorted({'torch', 'transformers', 'mujoco', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def test_nodes_import_ros_and_the_floors_below() -> None:
    assert sources(NODES_FOLDER)
    torch = {"brain_node.py": {"torch"}}
    for path in sources(NODES_FOLDER):
        allowed = ROS | set(LOWER) | {"tqdm"} | torch.get(path.name, set())
        assert not strangers([path], allowed)


@pytest.mark.parametrize("node", NODES)
def test_nodes_load_only_what_they_need(node: str) -> None:
    code = f"import sys, pontine_ros.{node}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert not NODES[node] & set(done.stdout.split())


def test_no_modules_import_each_other() -> None:
    """Within functions and for type checking they do not, either."""
    nodes = (ROOT / NODES_FOLDER).parent
    files = modules({ROOT: tuple(LOWER), nodes: ("pontine_ros",)})
    assert {"body", "pontine.cli", "pontine_ros.sim_node"} <= set(files)
    found = [sorted(circle) for circle in circles(import_graph(files))]
    assert not found, "open them: what both need goes into a module of its own"


def test_circles_are_found_wherever_an_import_stands(tmp_path: Path) -> None:
    written = {
        "a/__init__.py": "from a.one import x",
        "a/one.py": "import body",
        "a/two.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from b import late",
        "b/__init__.py": "",
        "b/late.py": "def f():\n    import a.two",
        "c/__init__.py": "from c.first import x",
        "c/first.py": "from c import second",
        "c/second.py": "from c import x",
        "d/__init__.py": "from d.only import y",
        "d/only.py": "import a.one, b",
    }
    for name, text in written.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    files = modules({tmp_path: ("a", "b", "c", "d")})
    assert len(files) == len(written)
    found = sorted(sorted(circle) for circle in circles(import_graph(files)))
    assert found == [["a.two", "b.late"], ["c", "c.first", "c.second"]]


def test_files_stay_small() -> None:
    folders = (*LOWER, NODES_FOLDER, "tests")
    files = [path for folder in folders for path in sources(folder)]
    long = {
        str(p.relative_to(ROOT)): n for p in files if (n := len(p.read_text().split("\n"))) > 301
    }
    assert not long, "a file is one idea, at most 300 lines"


def test_nothing_names_a_machine_or_a_registry() -> None:
    forbidden = [
        "/" + "work/", "/" + "opt/wheels", "/" + "opt/pypi", "/" + "root/", "/" + "home/",
        "pypi" + ".org", "python" + "hosted", "download." + "pytorch", "hf" + ".co/",
        "huggingface" + ".co/",
    ]  # fmt: skip
    found = []
    for path in repository_files():
        text = path.read_text(errors="replace")
        found += [f"{path.relative_to(ROOT)}: {word}" for word in forbidden if word in text]
    assert not found


def repository_files() -> Iterator[Path]:
    """Whatever is committed or could be: not what was built."""
    for top in sorted(ROOT.iterdir()):
        if top.name in UNTRACKED or top.name.endswith(("_cache", ".egg-info", ".hypothesis")):
            continue
        for path in [top] if top.is_file() else top.rglob("*"):
            if path.is_file() and path.suffix in TEXT and not BUILT & set(path.parts):
                yield path
