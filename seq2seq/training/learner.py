"""One step of learning: from batches to better weights. Everything that changes while a model learns is held here."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from random import Random
from typing import NamedTuple

import torch
from torch import Tensor

from seq2seq.batching import Batch, Example, collate, target_tokens
from seq2seq.config import TrainingConfig
from seq2seq.devices import choose_precision, products_in
from seq2seq.errors import ModelError
from seq2seq.networks.model import Seq2Seq
from seq2seq.training import sampled_vocabulary
from seq2seq.training.distributed import Workers
from seq2seq.training.objective import summed_loss
from seq2seq.training.optimisation import build_optimizer, learnt_parameters
from seq2seq.training.scheduled_sampling import sampled_logits, teacher_share_at

_STEPS_BETWEEN_AVERAGES = 4  # the weights change little in so few, and each time all of them are read and written

Step = Sequence[Sequence[Example]]  # the batches that are learnt from as if they were one


class Read(NamedTuple):
    """What a step found."""

    loss: float  # nats a target token
    gradient_norm: float  # before clipping


class Learner:
    """A model with its optimizer, the average of its weights, and the scale of its loss in float16."""

    def __init__(self, model: Seq2Seq, config: TrainingConfig, seed: int) -> None:
        self.model = model
        self.device = next(model.parameters()).device
        sampled_vocabulary.check(config)
        self._config, self._seed = config, seed
        self.workers = Workers.current()
        self._parameters = learnt_parameters(model, config.frozen)
        self._optimizer = build_optimizer(self._parameters, config)
        self._precision = choose_precision(config.precision, self.device)
        self._scaler = torch.amp.GradScaler(self.device.type, enabled=self._precision == torch.float16)
        self._average = [one.detach().clone() for one in self._parameters] if config.average_decay else []
        self._unread: list[Tensor] = []  # each (2,), loss and gradient norm, still on the device

    def step(self, groups: Step, step: int, share_done: float, learning_rate: float) -> None:
        """Learn from batches as if they were one; what is drawn depends on seed and step only."""
        self._seed_draws(step)
        tokens = sum(map(target_tokens, groups))
        teacher_share = teacher_share_at(share_done, self._config)
        self._optimizer.zero_grad()
        loss = torch.zeros((), device=self.device)
        for group in groups:
            if own := self.workers.share_of(group):
                loss += self._backward(own, tokens, teacher_share)
        self.workers.add_up_gradients(self._parameters)
        self._scaler.unscale_(self._optimizer)
        norm = torch.nn.utils.clip_grad_norm_(self._parameters, self._config.max_gradient_norm)
        for group_of_parameters in self._optimizer.param_groups:
            group_of_parameters["lr"] = learning_rate
        self._scaler.step(self._optimizer)
        self._scaler.update()
        self._follow(step)
        self._unread.append(torch.stack([loss, norm.detach()]))

    def read(self, last_step: int) -> list[Read]:
        """The steps since the last reading, which waits for the device; `last_step` is the last one's number, from 1.

        Raises ModelError where a loss or a gradient is not a number.
        """
        found = torch.stack(self._unread)
        self._unread.clear()
        if self.workers.size > 1:  # each loss is a part of the whole; the norms are equal
            found[:, 0] = self.workers.add_up(found[:, 0].contiguous())
        reads = [Read(*row) for row in found.tolist()]
        for step, read in enumerate(reads, start=last_step - len(reads) + 1):
            self._check(read, step)
        return reads

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Within, the model's weights are their average, where one is kept."""
        if not self._average:
            yield
            return
        own = [one.detach().clone() for one in self._parameters]
        self._overwrite(self._average)
        try:
            yield
        finally:
            self._overwrite(own)

    def tensors(self) -> dict[str, Tensor]:
        """Everything that continuing exactly needs, to be written before the next step changes it."""
        weights = {f"weights.{name}": value.detach() for name, value in self.model.named_parameters()}
        tensors = {name: value.clone() for name, value in weights.items()} if self._average else weights  # see averaged
        for index, values in self._optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{index}.{key}": value.detach() for key, value in values.items()}
        tensors |= {f"average.{place}": value for place, value in enumerate(self._average)}
        if scaler := self._scaler.state_dict():
            tensors["scaler"] = torch.tensor([scaler["scale"], scaler["_growth_tracker"]], dtype=torch.float64)
        return tensors

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """`tensors` of an equal learner; none at all leave everything as it is."""
        if not tensors:
            return
        with torch.no_grad():
            for name, parameter in self.model.named_parameters():
                parameter.copy_(tensors[f"weights.{name}"])
            for index, value in enumerate(self._average):
                value.copy_(tensors[f"average.{index}"])
        optimizer = self._optimizer.state_dict()
        for name, value in tensors.items():
            if name.startswith("optimizer."):
                _, place, key = name.split(".")
                optimizer["state"].setdefault(int(place), {})[key] = value
        self._optimizer.load_state_dict(optimizer)
        if "scaler" in tensors:
            scale, growth = tensors["scaler"].tolist()
            self._scaler.load_state_dict(self._scaler.state_dict() | {"scale": scale, "_growth_tracker": int(growth)})

    def _seed_draws(self, step: int) -> None:
        """Other draws in each process; torch.manual_seed would do the same and take a hundred times as long."""
        seed = Random(f"{self._seed}-{step}-{self.workers.rank}").getrandbits(63)
        torch.default_generator.manual_seed(seed)
        if self.device.type == "cuda":
            torch.cuda.manual_seed(seed)

    def _backward(self, examples: Sequence[Example], tokens: int, teacher_share: float) -> Tensor:
        """Adds to the gradients those of the loss over the tokens of the whole step; returns the loss."""
        batch = collate(examples).to(self.device)
        with products_in(self._precision, self.device):
            logits, labels = self._predict(batch, teacher_share)
        loss = summed_loss(logits, labels, batch.weights / tokens, self._config.label_smoothing)
        torch.autograd.backward(self._scaler.scale(loss))
        return loss.detach()

    def _predict(self, batch: Batch, teacher_share: float) -> tuple[Tensor, Tensor]:
        """The logits of all words, or of a sample of them, and which of these are the labels."""
        if self._config.teacher_forcing != "always":
            return sampled_logits(self.model, batch, teacher_share), batch.labels
        if not self._config.sampled_vocabulary:
            return self.model(batch), batch.labels
        vocabulary_size = self.model.target_embedding.num_embeddings
        sample = sampled_vocabulary.draw_vocabulary(batch.labels, vocabulary_size, self._config.sampled_vocabulary)
        return self.model(batch, sample.words) + sample.log_weights, sample.labels

    def _follow(self, step: int) -> None:
        """The exponential average of the weights; it forgets the first ones sooner, as they are far off."""
        if self._average and step % _STEPS_BETWEEN_AVERAGES == 0:
            decay = min(self._config.average_decay, (1 + step) / (10 + step)) ** _STEPS_BETWEEN_AVERAGES
            torch._foreach_lerp_(self._average, [one.detach() for one in self._parameters], 1.0 - decay)

    def _overwrite(self, weights: Sequence[Tensor]) -> None:
        with torch.no_grad():
            for parameter, weight in zip(self._parameters, weights, strict=True):
                parameter.copy_(weight)

    def _check(self, read: Read, step: int) -> None:
        if not math.isfinite(read.loss):
            cause = f"the loss is {read.loss}"
        elif not math.isfinite(read.gradient_norm) and not self._scaler.is_enabled():  # which passes such steps over
            cause = f"the gradient's norm is {read.gradient_norm}"
        else:
            return
        advice = "lower training.learning_rate or max_gradient_norm, or raise warmup_steps"
        if self._precision != torch.float32:
            advice += ", or set precision float32"
        raise ModelError(f"step {step}: {cause}; {advice}")
