"""Which answer fits this question, and not every question? Maximum mutual information (MMI) with a second model.

Li et al. 2016, "A Diversity-Promoting Objective Function for Neural Conversation Models": the N best answers T to a
question S are ranked anew, by a language model (MMI-antiLM) or by a backward model (MMI-bidi). N_T counts T's tokens.

    antiLM:  log p(T|S) - lambda * U(T) + gamma * N_T     U(T) = log p(T), its first few tokens only
    bidi:    (1 - lambda) * log p(T|S) + lambda * log p(S|T) + gamma * N_T
"""

from collections.abc import Sequence

import torch

from seq2seq.artifact import Artifact
from seq2seq.batching import Example, collate, encode_exchanges
from seq2seq.errors import ModelError
from seq2seq.exchanges import Exchange
from seq2seq.networks.model import log_probs_of_labels
from seq2seq.search.scoring import Hypothesis


class Reranker:
    """MMI-antiLM with a model of direction `unconditional`, MMI-bidi with one of direction `backward`."""

    def __init__(
        self,
        artifact: Artifact,
        *,
        weight: float = 0.5,
        first_tokens: int | None = None,
        length_reward: float = 0.0,
    ) -> None:
        """weight: lambda; length_reward: gamma; first_tokens: of U(T), by default 5.

        A language model's later tokens say more about grammar than about how usual an answer is.
        Raises ModelError for a model of another direction, and for settings that do not fit it.
        """
        direction = artifact.tokenizer.config.direction
        if direction == "forward":
            raise ModelError(
                f"MMI: {artifact.version} answers questions (text.direction forward); expected a model of the answers "
                "alone (unconditional) or of the question, given the answer (backward)"
            )
        if not 0.0 <= weight <= 1.0:
            raise ModelError(f"MMI: weight {weight}; expected 0 to 1")
        if first_tokens is not None and (direction == "backward" or first_tokens < 1):
            raise ModelError(
                f"MMI: {first_tokens} first tokens; expected 1 or more, and a language model, not {artifact.version} "
                f"(text.direction {direction})"
            )
        self.is_backward = direction == "backward"
        self._artifact = artifact
        self._weight, self._first_tokens, self._length_reward = weight, first_tokens or 5, length_reward

    def parts(self, exchanges: Sequence[Exchange], answers: Sequence[Hypothesis]) -> list[float]:
        """What MMI adds to log p(T|S) of each answer: exchanges hold the same answers as texts."""
        heard = [one._replace(speech_level=self._artifact.learnt_level(one.speech_level)) for one in exchanges]
        parts = []
        for log_prob, answer in zip(self._log_probs(heard), answers, strict=True):
            information = log_prob - answer.log_prob if self.is_backward else -log_prob
            parts.append(self._weight * information + self._length_reward * len(answer.tokens))
        return parts

    def _log_probs(self, exchanges: Sequence[Exchange], batch_size: int = 64) -> list[float]:
        """log p(S|T), or U(T), of each; the texts in the second model's own tokens."""
        examples = encode_exchanges(exchanges, self._artifact.tokenizer)
        order = sorted(range(len(examples)), key=lambda index: len(examples[index].target))
        found = [0.0] * len(examples)
        for start in range(0, len(order), batch_size):
            places = order[start : start + batch_size]
            for place, log_prob in zip(places, self._score([examples[place] for place in places]), strict=True):
                found[place] = log_prob
        return found

    @torch.inference_mode()
    def _score(self, examples: Sequence[Example]) -> list[float]:
        model = self._artifact.model
        batch = collate(examples).to(next(model.parameters()).device)
        log_probs = log_probs_of_labels(model(batch), batch)
        counted = None if self.is_backward else self._first_tokens
        lengths = [len(one.target) - 1 for one in examples]  # with </s>
        return [float(part[:counted].sum()) for part in torch.split(log_probs.double().cpu(), lengths)]
