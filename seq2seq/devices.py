"""Where is it computed, and how precisely? One answer for training, search and evaluation."""

import ctypes
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager

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


@contextmanager
def on_one_thread() -> Iterator[None]:
    """Small products gain nothing from more, which wait for each other; and sums are added up in one order."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def settle_memory_of_cpu() -> None:
    """Call before the first product on a CPU: memory is kept where it is used again at once, and not where it is not.

    oneDNN, and torch's ideep above it, keep the kernels of few shapes. By default each keeps 1,024, with their working
    memory; batches have hundreds of shapes, and making a kernel anew costs next to nothing.

    glibc does not give freed memory back at once. By default it does so with every block above 128 KB, as most tensors
    of a batch are, and the system clears each of their pages before they are written anew.
    """
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "16")
    os.environ.setdefault("LRU_CACHE_CAPACITY", "32")  # ideep's
    if (set_option := getattr(ctypes.CDLL(None), "mallopt", None)) is not None:  # glibc's; others have none
        for option, value in ((_M_MMAP_THRESHOLD, 2**25), (_M_TRIM_THRESHOLD, 2**26)):
            set_option(option, value)


def give_back_memory(read_once: Iterable[Tensor]) -> None:
    """Call when weights have been rounded: what was freed goes back to the system. Linux only.

    So do the pages of `read_once` that are mapped from a file, out of which they come again where they are read again.
    """
    if not sys.platform.startswith("linux"):
        return
    system = ctypes.CDLL(None)
    page = os.sysconf("SC_PAGE_SIZE")
    for tensor in read_once:
        first, end = -(-tensor.data_ptr() // page) * page, (tensor.data_ptr() + tensor.nbytes) // page * page
        if first < end:
            system.madvise(ctypes.c_void_p(first), ctypes.c_size_t(end - first), _MADV_PAGEOUT)
    if (trim := getattr(system, "malloc_trim", None)) is not None:  # glibc's
        trim(0)


_MADV_PAGEOUT = 21  # sys/mman.h; older kernels than 5.4 refuse it, and the pages stay
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h
