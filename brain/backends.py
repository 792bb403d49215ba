"""From `--brain` to a brain at work. Torch is loaded where it computes here, and only there."""

import os
from pathlib import Path

from body import RobotMismatchError, RobotSpec
from brain.backend import Codes
from brain.chat_api import ChatServer
from brain.errors import BrainError
from brain.openai_backend import OpenAIBackend, ServerConfig
from brain.options import BrainOptions, ServerAddress
from brain.published_folder import check_published
from brain.standing_brain import StandingBrain

KEY = "OPENAI_API_KEY"  # of the environment: sent to a server


def open_brain(
    options: BrainOptions,
    robot: RobotSpec,
    codec: Codes | None = None,
    *,
    transfer: bool = False,
    threads: int = 1,
) -> StandingBrain:
    """The brain that `options` name.

    Args:
        codec: what it must speak. None: whatever it speaks, which a server cannot say.
        transfer: let it move an arm that it has not been validated on.
        threads: of the processor; more than one a process collapse on a busy machine.

    Raises:
        BrainError: a device, server or checkpoint that cannot be had. ModelFolderError: a file is
            missing or altered, or the model is of another robot or codec. RobotMismatchError,
            CodecMismatchError: likewise, of a published checkpoint.
    """
    if (address := options.address) is not None:
        return _served(options, address, robot, codec)
    import torch

    from brain.device import placed
    from brain.policy import BrainPolicy

    torch.set_num_threads(threads)
    device, dtype = placed(options.brain_device, options.brain_dtype)
    folder = Path(options.brain)
    if options.ours or not folder.is_dir():  # what is not there is refused as a model folder is
        codec_id = codec.codec_id if codec is not None else None
        return BrainPolicy.load(
            folder, robot, codec_id=codec_id, transfer=transfer, device=device, dtype=dtype
        )
    adapter = check_published(folder)
    if adapter.robot and adapter.robot != robot.name and not transfer:
        raise RobotMismatchError(
            f"{folder}: a model for {adapter.robot}, this robot is {robot.name}. Remedy: a model "
            f"for {robot.name}, or --transfer to try it all the same"
        )
    if codec is not None and (adapter.codec_id, adapter.code_sizes) != (
        codec.codec_id, codec.sizes,
    ):  # fmt: skip
        raise BrainError(
            f"{folder}: it speaks codec {adapter.codec_id} {adapter.code_sizes}, the codec loaded "
            f"is {codec.codec_id} {codec.sizes}. Remedy: correct its pontine.json, or name its "
            "codec with --models.codec"
        )
    from brain.published import load_published

    return BrainPolicy(load_published(folder, adapter, device=device, dtype=dtype), robot)


def check_brain(options: BrainOptions) -> None:
    """Refuse a device or a server that is not there, before anything is loaded or begun.

    Raises:
        BrainError: names it, and the remedy.
    """
    if (address := options.address) is not None:
        _chat(options, address).greet()
    elif options.brain_device != "cpu":
        from brain.device import placed

        placed(options.brain_device, options.brain_dtype)


def _chat(options: BrainOptions, address: ServerAddress) -> ChatServer:
    return ChatServer(address.url, options.brain_timeout, os.environ.get(KEY, ""))


def _served(
    options: BrainOptions, address: ServerAddress, robot: RobotSpec, codec: Codes | None
) -> OpenAIBackend:
    if codec is None:
        raise BrainError(f"{options.brain}: a server cannot say which codec it speaks. Remedy: "
                         "name the codec's folder")  # fmt: skip
    chat = _chat(options, address)
    chat.greet()
    return OpenAIBackend(chat, ServerConfig(address.model, codec), robot)
