"""The encoder–decoder: every architecture against loops written from the papers, padding, gradients, selection."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from seq2seq.batching import Example, collate, pad
from seq2seq.errors import ModelError
from seq2seq.networks.cells import CELLS
from seq2seq.networks.model import Seq2Seq, log_probs_of_labels
from tests.seq2seq import reference
from tests.seq2seq.small_models import ARCHITECTURES, random_ids, small_model


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_is_torchs(name: str) -> None:
    theirs = {"rnn": nn.RNNCell, "lstm": nn.LSTMCell, "gru": nn.GRUCell}[name](7, 5)
    inputs, state = torch.randn(3, 7), tuple(torch.randn(3, 5) for _ in range(1 + (name == "lstm")))
    from_input = nn.functional.linear(inputs, theirs.weight_ih, theirs.bias_ih)
    found = CELLS[name].step(from_input, nn.functional.linear(state[0], theirs.weight_hh, theirs.bias_hh), state)
    expected = theirs(inputs, state if name == "lstm" else state[0])
    torch.testing.assert_close(found, expected if name == "lstm" else (expected,))


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_architecture_is_that_of_its_paper(name: str) -> None:
    model = small_model(**ARCHITECTURES[name])
    source, answer = random_ids(6).tolist(), [2, *random_ids(7, seed=1).tolist()]
    weights = {key: value.detach().numpy() for key, value in model.named_parameters()}
    kind = reference.Transformer if model.config.kind == "transformer" else reference.Recurrent
    expected = kind(weights, model.config.model_dump()).logits(source, answer)
    with torch.no_grad():
        found = model(collate([Example(source, [*answer, 3], 1.0)]))
    np.testing.assert_allclose(found.numpy(), expected, rtol=0, atol=1e-10)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_teacher_forcing_equals_decoding_step_by_step(name: str) -> None:
    model = small_model(**ARCHITECTURES[name])
    source, answer = random_ids(2, 4), torch.cat([torch.full((2, 1), 2), random_ids(2, 5, seed=1)], dim=1)
    examples = [Example(*ids, 1.0) for ids in zip(source.tolist(), answer.tolist(), strict=True)]
    forced = model(collate(examples)).view(2, 5, -1)
    memory = model.encode(source, torch.tensor([4, 4]))
    state = model.start(memory)
    for position in range(5):
        logits, state = model.decode(memory, state, answer[:, position])
        torch.testing.assert_close(forced[:, position], logits)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_padding_never_changes_a_result(name: str) -> None:
    model = small_model(**ARCHITECTURES[name])
    sources = [random_ids(length, seed=length).tolist() for length in (2, 7, 4)]
    targets = [[2, *random_ids(length, seed=length).tolist(), 3] for length in (5, 1, 3)]

    def log_probs(sources: list[list[int]], targets: list[list[int]]) -> Tensor:
        batch = collate([Example(*ids, 1.0) for ids in zip(sources, targets, strict=True)])
        return log_probs_of_labels(model(batch), batch)

    alone = [log_probs([source], [target]) for source, target in zip(sources, targets, strict=True)]
    torch.testing.assert_close(log_probs(sources, targets), torch.cat(alone))


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_gradients_are_those_of_finite_differences(name: str) -> None:
    model = small_model(**ARCHITECTURES[name])
    sources, targets = random_ids(2, 3).tolist(), random_ids(2, 2, seed=1).tolist()
    batch = collate([Example(ids, [2, *said], 1.0) for ids, said in zip(sources, targets, strict=True)])
    parameters = dict(model.named_parameters())

    def loss(*values: Tensor) -> Tensor:
        named = dict(zip(parameters, values, strict=True))
        return torch.func.functional_call(model, named, (batch,)).log_softmax(-1).sum()

    values = tuple(value.detach().requires_grad_() for value in parameters.values())
    assert torch.autograd.gradcheck(loss, values, fast_mode=True)


def test_tied_output_is_the_embedding_table() -> None:
    tied, untied = small_model(), small_model(tied_output=False)
    assert tied.output.weight is tied.embedding.weight
    assert untied.output.weight.shape == (12, 8)
    assert count_parameters(tied) < count_parameters(untied)


def count_parameters(model: Seq2Seq) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_hypotheses_of_one_question_share_its_memory(name: str) -> None:
    """K rows a question give what each gives alone, and `select` reorders them."""
    model = small_model(**ARCHITECTURES[name])
    source, lengths = pad([[7, 8, 9], [5, 6, 7, 10, 4]]), torch.tensor([3, 5])
    memory = model.encode(source, lengths)
    state = model.start(memory).select(torch.tensor([0, 0, 1, 1]))
    said = [[4, 5], [6, 7], [8, 9], [10, 11]]
    for step in range(2):
        _, state = model.decode(memory, state, torch.tensor([one[step] for one in said]))
    state = state.select(torch.tensor([1, 0, 3, 2]))
    logits, state = model.decode(memory, state, torch.tensor([11, 11, 11, 11]))
    for row, place in enumerate((1, 0, 3, 2)):
        alone = model.encode(source[[place // 2]], lengths[[place // 2]])
        own = model.start(alone)
        for token in (*said[place], 11):
            expected, own = model.decode(alone, own, torch.tensor([token]))
        torch.testing.assert_close(logits[row], expected[0])
        torch.testing.assert_close(state.weights[row], own.weights[0])


def test_selecting_questions_selects_their_memory() -> None:
    for parts in ARCHITECTURES.values():
        model = small_model(**parts)
        source, lengths = random_ids(3, 4), torch.tensor([4, 4, 4])
        chosen = torch.tensor([2, 0])
        memory = model.encode(source, lengths).select(chosen)
        found, _ = model.decode(memory, model.start(memory), torch.tensor([2, 2]))
        own = model.encode(source[chosen], lengths[chosen])
        torch.testing.assert_close(found, model.decode(own, model.start(own), torch.tensor([2, 2]))[0])


def test_vocabularies_may_differ() -> None:
    model = small_model(target_vocabulary_size=9)
    logits = model(collate([Example(random_ids(4).tolist(), [2, 5, 8, 3], 1.0)]))
    assert logits.shape == (3, 9)
    assert model.output.weight is model.target_embedding.weight
    assert model.embedding.weight.shape == (12, 5)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"attention": "dot", "decoder_hidden_size": 6}, "decoder_hidden_size 6 must equal the memory size 8"),
        ({"bridge": "last", "bidirectional": False}, "bridge last: decoder_hidden_size 8 must equal the memory size 4"),
        ({"coverage": True}, "coverage: attention general cannot use it; expected concat or additive"),
        ({"attention": "none", "alignment": "local_m"}, "alignment local_m: there is no attention to align"),
        (
            {"attention": "additive", "input_feeding": False},
            "input_feeding false: additive attention",
        ),
        ({"kind": "transformer", "model_size": 9, "heads": 2}, "model_size 9: expected an even multiple of heads"),
    ],
)
def test_parts_that_do_not_go_together_are_refused(parts: dict[str, object], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        small_model(**parts)
