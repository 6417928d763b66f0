"""Where is it computed, and how precisely? One answer for training, search and evaluation."""

import os
from contextlib import AbstractContextManager

import torch
from torch import Tensor

from seq2seq.errors import ModelError

_PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


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
    """bfloat16 for `auto` where the hardware multiplies it natively, else float32; raises ModelError."""
    if name == "float16" and device.type == "cpu":
        raise ModelError("training.precision float16: needs a GPU (oneDNN has no such LSTM); set bfloat16 or float32")
    if name == "auto":
        native = torch.cuda.is_bf16_supported() if device.type == "cuda" else torch.cpu._is_avx512_bf16_supported()
        return torch.bfloat16 if native else torch.float32
    return _PRECISIONS[name]


def products_in(precision: torch.dtype, device: torch.device) -> AbstractContextManager[None]:
    """Matrix products in `precision`, everything delicate in float32."""
    return torch.autocast(device.type, precision, enabled=precision != torch.float32)


def at_least_float32(tensor: Tensor) -> Tensor:
    """What is added up over many steps is not kept in less than float32."""
    return tensor.to(torch.promote_types(tensor.dtype, torch.float32))


def keep_few_kernels() -> None:
    """Call before the first product on a CPU: oneDNN then keeps the kernels of few shapes.

    By default it keeps 1,024, with their working memory. Batches have hundreds of shapes, and making a kernel anew costs
    next to nothing: training at the sizes of benchmarks/chatbot_data.yaml took 2.3 GB with it, 1.4 GB without.
    """
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "16")
