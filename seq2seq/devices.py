"""Where is it computed, and how precisely? One answer for training, search and evaluation."""

from contextlib import AbstractContextManager

import torch
from torch import Tensor

from seq2seq.errors import ModelError


def choose_device(name: str) -> torch.device:
    """`auto` is the GPU where there is one."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if name not in ("cpu", "cuda"):
        raise ModelError(f"--device {name}: expected auto, cpu or cuda")
    if name == "cuda" and not torch.cuda.is_available():
        raise ModelError("--device cuda: this torch sees no GPU; use --device cpu, or install torch's CUDA build")
    return torch.device(name)


def choose_precision(name: str, device: torch.device) -> torch.dtype:
    """bfloat16 for `auto` where the hardware multiplies it natively, else float32."""
    if name == "auto":
        native = torch.cuda.is_bf16_supported() if device.type == "cuda" else torch.cpu._is_avx512_bf16_supported()
        return torch.bfloat16 if native else torch.float32
    return torch.bfloat16 if name == "bfloat16" else torch.float32


def products_in(precision: torch.dtype, device: torch.device) -> AbstractContextManager[None]:
    """Matrix products in `precision`, everything delicate in float32."""
    return torch.autocast(device.type, precision, enabled=precision != torch.float32)


def at_least_float32(tensor: Tensor) -> Tensor:
    """What is added up over many steps is not kept in less than float32."""
    return tensor.to(torch.promote_types(tensor.dtype, torch.float32))
