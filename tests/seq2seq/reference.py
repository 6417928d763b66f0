"""The same models once more, as one reads them in the papers: NumPy, float64, one element or one head at a time.

Nothing here is shared with the package but the names of the weights.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np

Array = np.ndarray
Weights = dict[str, Array]


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def softmax(scores: Sequence[float]) -> list[float]:
    exponentials = [math.exp(score - max(scores)) for score in scores]
    return [one / sum(exponentials) for one in exponentials]


def cell_step(cell: str, gates: Array, from_hidden: Array, state: tuple[Array, ...]) -> tuple[Array, ...]:
    """gates: W x (+ b); from_hidden: U h + b."""
    size = len(state[0])
    x = [gates[start : start + size] for start in range(0, len(gates), size)]
    h = [from_hidden[start : start + size] for start in range(0, len(gates), size)]
    if cell == "rnn":
        return (np.tanh(x[0] + h[0]),)
    if cell == "gru":
        reset, update = sigmoid(x[0] + h[0]), sigmoid(x[1] + h[1])
        return ((1 - update) * np.tanh(x[2] + reset * h[2]) + update * state[0],)
    into, forget, out = sigmoid(x[0] + h[0]), sigmoid(x[1] + h[1]), sigmoid(x[3] + h[3])
    cell_state = forget * state[1] + into * np.tanh(x[2] + h[2])
    return out * np.tanh(cell_state), cell_state


class Recurrent:
    """Luong et al. 2015 (and Bahdanau et al. 2015, See et al. 2017, where the config asks for it)."""

    def __init__(self, weights: Weights, config: dict[str, object]) -> None:
        self.w = weights
        self.c = config
        self.parts = 2 if config["cell"] == "lstm" else 1

    def logits(self, source: Sequence[int], target: Sequence[int]) -> list[Array]:
        """Of the next token after each of `target`."""
        memory, last = self.encode([self.w["embedding.weight"][token] for token in source])
        layers, fed = self.bridge(last), np.zeros(self.w["decoder.attentional.combine.weight"].shape[0])
        coverage, found = np.zeros(len(memory)), []
        for step, token in enumerate(target):
            embedded = self.w["embedding.weight"][token]
            asked_first = self.c["attention"] == "additive"
            if asked_first:
                context, weights = self.attend(layers[-1][0], memory, last, coverage, step)
                layers = self.step_layers(embedded, context, layers)
            else:
                layers = self.step_layers(embedded, fed, layers)
                context, weights = self.attend(layers[-1][0], memory, last, coverage, step)
            coverage = coverage + weights
            fed = np.tanh(self.w["decoder.attentional.combine.weight"] @ np.concatenate([context, layers[-1][0]]))
            table = self.w["embedding.weight" if self.c["tied_output"] else "output.weight"]
            found.append(table @ fed + self.w["output.bias"])
        return found

    def encode(self, inputs: list[Array]) -> tuple[list[Array], list[tuple[Array, ...]]]:
        """States a position, and the last state of each layer, both directions side by side."""
        size, last = self.c["encoder_hidden_size"], []
        for layer in range(self.c["encoder_layers"]):
            runs = []
            for suffix in ("", "_reverse")[: 1 + self.c["bidirectional"]]:
                order = inputs if suffix == "" else inputs[::-1]
                state, states = tuple(np.zeros(size) for _ in range(self.parts)), []
                for vector in order:
                    state = self.fused_step("encoder.layers", f"l{layer}{suffix}", vector, state)
                    states.append(state[0])
                runs.append((states if suffix == "" else states[::-1], state))
            inputs = [np.concatenate([run[0][s] for run in runs]) for s in range(len(inputs))]
            last.append(tuple(np.concatenate([run[1][part] for run in runs]) for part in range(self.parts)))
        return inputs, last

    def fused_step(self, where: str, layer: str, vector: Array, state: tuple[Array, ...]) -> tuple[Array, ...]:
        gates = self.w[f"{where}.weight_ih_{layer}"] @ vector + self.w[f"{where}.bias_ih_{layer}"]
        from_hidden = self.w[f"{where}.weight_hh_{layer}"] @ state[0] + self.w[f"{where}.bias_hh_{layer}"]
        return cell_step(self.c["cell"], gates, from_hidden, state)

    def bridge(self, last: list[tuple[Array, ...]]) -> list[tuple[Array, ...]]:
        size, layers = self.c["decoder_hidden_size"], self.c["decoder_layers"]
        zeros = tuple(np.zeros(size) for _ in range(self.parts))
        if self.c["bridge"] == "zero":
            return [zeros] * layers
        if self.c["bridge"] == "last":
            return [last[max(0, layer + len(last) - layers)] for layer in range(layers)]
        project = self.w["decoder.bridge.project.weight"] @ last[-1][0] + self.w["decoder.bridge.project.bias"]
        return [(np.tanh(project[layer * size : (layer + 1) * size]), *zeros[1:]) for layer in range(layers)]

    def step_layers(self, embedded: Array, fed: Array, layers: list[tuple[Array, ...]]) -> list[tuple[Array, ...]]:
        after: list[tuple[Array, ...]] = []
        for layer, state in enumerate(layers):
            below = embedded if layer == 0 else after[-1][0]
            if not self.c["input_feeding"]:
                after.append(self.fused_step("decoder.layers", f"l{layer}", below, state))
                continue
            name = "from_embedding" if layer == 0 else f"between.{layer - 1}"
            gates = self.w[f"decoder.layers.{name}.weight"] @ below
            if layer == 0:
                gates = gates + self.w["decoder.layers.from_fed.weight"] @ fed
            weight, bias = (self.w[f"decoder.layers.from_hidden.{layer}.{kind}"] for kind in ("weight", "bias"))
            after.append(cell_step(self.c["cell"], gates, weight @ state[0] + bias, state))
        return after

    def attend(
        self, h: Array, memory: list[Array], last: list[tuple[Array, ...]], coverage: Array, step: int
    ) -> tuple[Array, Array]:
        length = len(memory)
        if self.c["attention"] == "none":
            return last[-1][0], np.zeros(length)
        centre, seen = self.aligned(h, length, step), list(range(length))
        if centre is not None:
            seen = [s for s in seen if abs(s - centre) <= self.c["window"]]
        weights = np.zeros(length)
        weights[seen] = softmax([self.score(h, memory[s], coverage[s]) for s in seen])
        if self.c["alignment"] == "local_p":
            sigma = self.c["window"] / 2
            weights *= [math.exp(-((s - centre) ** 2) / (2 * sigma**2)) for s in range(length)]
        return sum(weight * state for weight, state in zip(weights, memory, strict=True)), weights

    def aligned(self, h: Array, length: int, step: int) -> float | None:
        if self.c["alignment"] == "global":
            return None
        if self.c["alignment"] == "local_m":
            return min(step, length - 1)
        inner, outer = (self.w[f"decoder.attentional.attention.predict.{part}.weight"] for part in (0, 2))
        return float(length * sigmoid(outer @ np.tanh(inner @ h))[0])

    def score(self, h: Array, m: Array, covered: float) -> float:
        name, where = self.c["attention"], "decoder.attentional.attention.score"
        if name in ("dot", "scaled_dot"):
            return float(h @ m) / (math.sqrt(len(h)) if name == "scaled_dot" else 1.0)
        if name == "general":
            return float(h @ self.w[f"{where}.project.weight"] @ m)
        both = np.concatenate([self.w[f"{where}.from_query.weight"], self.w[f"{where}.project.weight"]], axis=1)
        inner = both @ np.concatenate([h, m])
        if self.c["coverage"]:
            inner = inner + self.w[f"{where}.from_coverage.weight"][:, 0] * covered
        return float(self.w[f"{where}.vector.weight"][0] @ np.tanh(inner))


class Transformer:
    """Vaswani et al. 2017, one head and one position at a time."""

    def __init__(self, weights: Weights, config: dict[str, object]) -> None:
        self.w = weights
        self.c = config

    def logits(self, source: Sequence[int], target: Sequence[int]) -> list[Array]:
        states = self.embed(source)
        for layer in range(self.c["encoder_layers"]):
            where = f"encoder.layers.{layer}"
            states = self.around(f"{where}.around_attention", states, self.looking(f"{where}.attention", None, False))
            states = self.around(f"{where}.around_feeding", states, self.feeding(f"{where}.feed_forward"))
        memory, states = self.last_norm("encoder.norm", states), self.embed(target)
        for layer in range(self.c["decoder_layers"]):
            where = f"decoder.layers.{layer}"
            back = self.looking(f"{where}.self_attention", None, True)
            states = self.around(f"{where}.around_self_attention", states, back)
            across = self.looking(f"{where}.attention", memory, False)
            states = self.around(f"{where}.around_attention", states, across)
            states = self.around(f"{where}.around_feeding", states, self.feeding(f"{where}.feed_forward"))
        table = self.w["embedding.weight" if self.c["tied_output"] else "output.weight"]
        return [table @ state + self.w["output.bias"] for state in self.last_norm("decoder.norm", states)]

    def embed(self, tokens: Sequence[int]) -> list[Array]:
        size, embedded = self.c["model_size"], []
        for position, token in enumerate(tokens):
            wave = [
                (math.sin, math.cos)[i % 2](position / 10_000 ** (2 * (i // 2) / size)) for i in range(size)
            ]  # section 3.5
            embedded.append(math.sqrt(size) * self.w["embedding.weight"][token] + np.array(wave))
        return embedded

    def norm(self, where: str, vector: Array) -> Array:
        scaled = (vector - vector.mean()) / math.sqrt(vector.var() + 1e-5)
        return scaled * self.w[f"{where}.weight"] + self.w[f"{where}.bias"]

    def last_norm(self, where: str, states: list[Array]) -> list[Array]:
        return [self.norm(where, state) for state in states] if self.c["norm"] == "pre" else states

    def around(self, where: str, states: list[Array], sublayer: Callable[[list[Array]], list[Array]]) -> list[Array]:
        if self.c["norm"] == "pre":
            results = sublayer([self.norm(f"{where}.norm", state) for state in states])
            return [state + result for state, result in zip(states, results, strict=True)]
        results = sublayer(states)
        return [self.norm(f"{where}.norm", state + result) for state, result in zip(states, results, strict=True)]

    def linear(self, where: str, vector: Array) -> Array:
        return self.w[f"{where}.weight"] @ vector + self.w[f"{where}.bias"]

    def feeding(self, where: str) -> Callable[[list[Array]], list[Array]]:
        return lambda states: [
            self.linear(f"{where}.3", np.maximum(0, self.linear(f"{where}.0", state))) for state in states
        ]

    def looking(self, where: str, memory: list[Array] | None, back_only: bool) -> Callable[[list[Array]], list[Array]]:
        size, heads = self.c["model_size"], self.c["heads"]

        def attend(states: list[Array]) -> list[Array]:
            keys_and_values = [self.linear(f"{where}.to_keys", state) for state in memory or states]
            results = []
            for position, state in enumerate(states):
                seen = keys_and_values[: position + 1] if back_only else keys_and_values
                query, parts = self.linear(f"{where}.from_query", state), []
                for head in range(heads):
                    own = slice(head * size // heads, (head + 1) * size // heads)
                    scores = [float(query[own] @ kv[:size][own]) / math.sqrt(size / heads) for kv in seen]
                    parts.append(sum(w * kv[size:][own] for w, kv in zip(softmax(scores), seen, strict=True)))
                results.append(self.linear(f"{where}.combine", np.concatenate(parts)))
            return results

        return attend
