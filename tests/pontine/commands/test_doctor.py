"""Every check speaks of a remedy when it fails, and the exit status follows the faults."""

import os
import shutil

import pytest

from episodes.places import MODELS
from pontine.commands import doctor
from pontine.commands.diagnosis import Level
from pontine.commands.doctor import DoctorConfig
from pontine.live import rights as realtime
from sim.rendering import RenderError


def test_this_machine_can_run_it(capsys):
    assert doctor.doctor(DoctorConfig()) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "no faults"
    assert sum(line.startswith("ok") for line in lines) >= 6


def test_whatever_is_not_well_has_a_remedy():
    for finding in doctor.findings():
        assert finding.found
        assert (finding.level is Level.OK) == (finding.remedy == "")


def test_an_altered_model_is_a_fault(tmp_path, capsys):
    shutil.copytree(MODELS / "tabletop-codec", tmp_path / "tabletop-codec")
    weights = next(p for p in (tmp_path / "tabletop-codec").iterdir() if p.suffix != ".md"
                   and p.name != "config.json")  # fmt: skip
    weights.write_bytes(weights.read_bytes() + b"x")
    assert doctor.doctor(DoctorConfig(models=tmp_path, quiet=True)) == 1
    text = capsys.readouterr().out
    assert "FAULT" in text and "git checkout" in text and "1 fault\n" in text
    assert not any(line.startswith("ok") for line in text.splitlines())


def test_no_models_at_all_is_a_fault(tmp_path):
    assert doctor.doctor(DoctorConfig(models=tmp_path)) == 1


def test_without_egl_the_apt_line_is_the_remedy(monkeypatch):
    def missing() -> None:
        raise RenderError("no headless rendering: libEGL", "as root: apt-get install -y libegl1")

    monkeypatch.setattr(doctor, "require_rendering", missing)
    found = doctor.rendering()
    assert found.level is Level.FAULT and found.remedy == "as root: apt-get install -y libegl1"


def test_another_locale_is_told(monkeypatch):
    monkeypatch.setattr(doctor.locale, "getencoding", lambda: "ISO-8859-1")
    assert doctor.text().level is Level.OPTION and "LC_ALL=C.UTF-8" in doctor.text().remedy


def test_a_user_without_a_name_or_a_home_is_told(monkeypatch):
    monkeypatch.setattr(doctor.surroundings, "named", lambda: False)
    monkeypatch.setattr(doctor.surroundings, "GIVEN", {"HOME": "/proc"})
    assert doctor.user().level is Level.OPTION and "export USER" in doctor.user().remedy
    assert "/proc cannot be written" in doctor.home().found and "HOME" in doctor.home().remedy


def test_a_cache_that_cannot_be_written_is_a_fault(monkeypatch):
    monkeypatch.setenv("PONTINE_CACHE", "/proc/engines")
    found = doctor.engine_cache()
    assert found.level is Level.FAULT and "PONTINE_CACHE" in found.remedy


def test_too_little_shared_memory_is_told(monkeypatch):
    usage = type(shutil.disk_usage("/"))
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda place: usage(65536, 0, 65536))
    found = doctor.shared_memory()
    assert found.level is Level.OPTION and "--shm-size=64m" in found.remedy


def test_no_encoder_is_a_fault(monkeypatch):
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", "/nowhere/ffmpeg")
    found = doctor.films()
    assert found.level is Level.FAULT and "unset IMAGEIO_FFMPEG_EXE" in found.remedy


def test_two_onnx_runtimes_are_a_fault(monkeypatch):
    monkeypatch.setattr(doctor, "version", lambda name: "1.0")
    found = doctor.onnx_runtime()
    assert found.level is Level.FAULT and "uninstall" in found.remedy


def test_a_full_disk_is_a_fault(monkeypatch):
    usage = type(shutil.disk_usage("/"))
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda place: usage(10, 9, 1))
    assert doctor.disk().level is Level.FAULT


def test_a_refused_priority_is_an_option_with_the_line_to_write(monkeypatch):
    def refused() -> None:
        raise PermissionError("no")

    monkeypatch.setattr(realtime, "promote", refused)
    found = realtime.scheduling()
    assert found.level is Level.OPTION and "rtprio" in found.remedy


def test_trying_for_priority_leaves_this_process_as_it_was():
    before = os.sched_getscheduler(0)
    realtime.scheduling()
    assert os.sched_getscheduler(0) == before


def test_a_check_that_breaks_is_not_taken_for_an_answer(monkeypatch):
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(realtime, "promote", broken)
    with pytest.raises(RuntimeError, match="check itself failed"):
        realtime.scheduling()
