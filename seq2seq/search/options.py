"""What do a command's options change about a model's own search?"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from seq2seq import artifact
from seq2seq.config import Config, SearchConfig, load_config
from seq2seq.errors import ModelError
from seq2seq.search.reranking import Reranker


def load_search(path: Path, search: SearchConfig) -> SearchConfig:
    """`search` with what the YAML file's section of that name says; raises ModelError for any other section."""
    base = Config(search=search)
    settings = load_config(path, base)
    if settings != base.model_copy(update={"search": settings.search}):
        raise ModelError(f"{path}: a trained model keeps its sizes; change the section search only")
    return settings.search


def choose_size(search: SearchConfig, beam: int | None, candidates: int | None, *, is_drawn: bool) -> SearchConfig:
    """The hypotheses kept, or drawn: --beam, else as many as the candidates asked for need."""
    if is_drawn:
        search = search.model_copy(update={"method": "sample"})
        beam = beam or candidates or 1
    elif beam is None and candidates is not None:
        beam = max(candidates, search.beam_size)
    search = search if beam is None else _changed(search, "--beam", "beam_size", beam)
    if candidates is not None and candidates > search.beam_size:
        raise ModelError(f"--candidates {candidates}: --beam {search.beam_size} finds no more than {search.beam_size}")
    return search


def choose_drawing(search: SearchConfig, options: Mapping[str, float | None]) -> SearchConfig:
    """--temperature, --top-k and --top-p, which need a search that draws, as does --seed."""
    for option, value in options.items():
        if value is not None and search.method != "sample":
            raise ModelError(f"{option} {value}: nothing is drawn; add --sample")
        if value is not None and option != "--seed":
            search = _changed(search, option, option.removeprefix("--").replace("-", "_"), value)
    return search


def load_reranker(
    path: Path | None,
    device: torch.device,
    *,
    weight: float | None,
    first_tokens: int | None,
    length_reward: float | None,
) -> Reranker | None:
    """The second model of --mmi, which the other three options belong to; None is their default."""
    settings: dict[str, Any] = {"weight": weight, "first_tokens": first_tokens, "length_reward": length_reward}
    given = {name: value for name, value in settings.items() if value is not None}
    if path is not None:
        return Reranker(artifact.load(path, device), **given)
    if given:
        raise ModelError("--mmi-weight, --mmi-tokens, --mmi-length-reward: nothing is reranked; add --mmi MODEL")
    return None


def _changed(search: SearchConfig, option: str, key: str, value: float) -> SearchConfig:
    return SearchConfig.from_mapping(search.model_dump() | {key: value}, option)
