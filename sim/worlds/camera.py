"""Off-screen pictures: one GL context for a world's whole life, whatever scene it shows."""

import mujoco
import numpy as np

from body.contract.arrays import Image
from sim.rendering import RenderError, require_rendering


class Camera:
    """Draws pictures of MjData. Call :meth:`close` when done; used from one thread."""

    def __init__(self, max_pixels: int) -> None:
        try:
            from mujoco.gl_context import GLContext

            self._gl = GLContext(max_pixels, max_pixels)
            self._gl.make_current()
        except Exception as error:
            require_rendering()  # knows the remedy
            cause = f"no picture can be drawn (MuJoCo says: {error})"
            raise RenderError(cause, "`pontine doctor` looks at what draws") from error
        self._model: mujoco.MjModel | None = None
        self._context: mujoco.MjrContext | None = None
        self._option = mujoco.MjvOption()
        self._view = mujoco.MjvCamera()
        self._view.type = mujoco.mjtCamera.mjCAMERA_FIXED

    def render(self, model: mujoco.MjModel, data: mujoco.MjData, name: str, size: int) -> Image:
        """(size, size, 3) uint8 RGB as the camera called `name` sees it."""
        self._gl.make_current()
        if model is not self._model:
            self._load(model)
        self._view.fixedcamid = mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_CAMERA, name)
        if self._view.fixedcamid < 0:
            raise RenderError(f"no camera {name!r} in this model", "name one of the robot's")
        mujoco.mjv_updateScene(
            model, data, self._option, None, self._view, mujoco.mjtCatBit.mjCAT_ALL, self._scene
        )
        viewport = mujoco.MjrRect(0, 0, size, size)
        picture = np.empty((size, size, 3), dtype=np.uint8)
        mujoco.mjr_render(viewport, self._scene, self._context)
        mujoco.mjr_readPixels(picture, None, viewport, self._context)
        return np.ascontiguousarray(picture[::-1])

    def close(self) -> None:
        """Free the GL context; safe to call twice."""
        if self._context is not None:
            self._context.free()
            self._context = None
        if self._gl is not None:
            self._gl.free()
            self._gl = None
        self._model = None

    def _load(self, model: mujoco.MjModel) -> None:
        if self._context is not None:
            self._context.free()
        self._context = mujoco.MjrContext(model, mujoco.mjtFontScale.mjFONTSCALE_50)
        mujoco.mjr_setBuffer(mujoco.mjtFramebuffer.mjFB_OFFSCREEN, self._context)
        self._scene = mujoco.MjvScene(model, maxgeom=400)
        self._scene.flags[mujoco.mjtRndFlag.mjRND_SHADOW] = 0
        self._scene.flags[mujoco.mjtRndFlag.mjRND_REFLECTION] = 0
        self._model = model
