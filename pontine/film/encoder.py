"""The program that writes films; it comes with imageio-ffmpeg."""

import subprocess

import imageio_ffmpeg

from body import BodyError


class VideoError(BodyError):
    """No film can be written; the message names cause and remedy."""


def require_encoder() -> str:
    """The path of ffmpeg.

    Raises:
        VideoError: there is none that runs.
    """
    try:
        path = str(imageio_ffmpeg.get_ffmpeg_exe())
        subprocess.run([path, "-version"], capture_output=True, check=True, timeout=60)
        return path
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        raise VideoError(
            f"no ffmpeg that runs ({error}). Remedy: unset IMAGEIO_FFMPEG_EXE, and "
            "pip install --force-reinstall imageio-ffmpeg, or as root: apt-get install -y ffmpeg"
        ) from error
