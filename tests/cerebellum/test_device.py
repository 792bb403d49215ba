"""What the processor can multiply decides which engines may run on it."""

import pytest

from cerebellum.engines import EngineError, description, device, require_verified

CPU = "CPUExecutionProvider"


def described(kind: str) -> dict:
    judged = {"device": "here", "computes_in": ["float", kind]}
    return {"provider": CPU, "device": "here", "verified": {CPU: judged}}


@pytest.mark.parametrize(("flags", "overflow"), [("avx avx2", True), ("avx2 avx_vnni", False)])
def test_signed_bytes_overflow_without_vnni(flags, overflow, monkeypatch):
    monkeypatch.setattr(device.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(device.Path, "read_text", lambda path, encoding: f"flags : fpu {flags}")
    assert device.signed_bytes_overflow() is overflow
    monkeypatch.setattr(device.platform, "machine", lambda: "aarch64")
    assert not device.signed_bytes_overflow()


def test_an_engine_whose_bytes_overflow_here_does_not_arm(monkeypatch):
    monkeypatch.setattr(description, "signed_bytes_overflow", lambda: True)
    require_verified(described("uint8"))
    with pytest.raises(EngineError, match="no VNNI"):
        require_verified(described("int8"))
    monkeypatch.setattr(description, "signed_bytes_overflow", lambda: False)
    require_verified(described("int8"))
