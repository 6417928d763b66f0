"""How long an answer can be held in memory? By the kind of cell, and with and without attention."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import mean

from seq2seq.insight.study.chance import margin_of_shares
from seq2seq.insight.study.charts import Line, draw_lines
from seq2seq.insight.study.laboratory import Laboratory, Scale
from seq2seq.insight.study.section import Finding, Picture, Section, Table, percent
from seq2seq.insight.study.tasks import Copying
from seq2seq.networks.cells import CELLS

TASK = Copying()
NAMES = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}
WITHOUT, WITH = "none", "general"
LABELS = {WITHOUT: "fixed vector", WITH: "attention"}

ByLength = Mapping[int, float]  # exact match


def compare_cells(laboratory: Laboratory) -> Section:
    found = {cell: _exact_matches(laboratory, cell, WITHOUT) for cell in CELLS}
    return Section(
        title="RNN, LSTM and GRU by length",
        claim="Gated cells carry what was heard over more steps than a plain recurrent network; which of the two gated "
        "cells is taken matters less.",
        source="Bengio, Simard and Frasconi 1994; Hochreiter and Schmidhuber 1997; Chung et al. 2014, section 5.",
        setup=_setup(laboratory, "no attention"),
        pictures=[
            Picture("Answers without a mistake", _draw(laboratory, {NAMES[cell]: found[cell] for cell in CELLS}))
        ],
        caption=_caption(laboratory),
        table=_table(laboratory, {NAMES[cell]: (cell, WITHOUT, found[cell]) for cell in CELLS}),
        findings=_findings_on_cells(laboratory, found),
    )


def _findings_on_cells(laboratory: Laboratory, found: Mapping[str, Sequence[ByLength]]) -> list[Finding]:
    long_half = laboratory.scale.long_half
    means = {cell: [_mean(one, long_half) for one in found[cell]] for cell in CELLS}
    gated = means["lstm"] + means["gru"]
    between_gated = abs(mean(means["lstm"]) - mean(means["gru"]))
    to_plain = mean(gated) - mean(means["rnn"])
    return [
        Finding(
            min(gated) > max(means["rnn"]) + margin_of_shares(laboratory.scale.tests * len(long_half)),
            f"On the longer half of the lengths trained on ({_span(long_half)} symbols) the gated cells got "
            f"{percent(mean(gated))} of the answers right and the RNN {percent(mean(means['rnn']))}; the worst gated "
            f"training reached {percent(min(gated))}, the best of the RNN {percent(max(means['rnn']))}.",
        ),
        Finding(
            between_gated < to_plain,
            f"There LSTM and GRU lie {100 * between_gated:.1f} points apart, and both together {100 * to_plain:.1f} "
            "above the RNN.",
        ),
    ]


def compare_attention(laboratory: Laboratory) -> Section:
    found = {(cell, attention): _exact_matches(laboratory, cell, attention) for cell in CELLS for attention in LABELS}
    return Section(
        title="With and without attention by length",
        claim="A question squeezed into one vector of fixed size is answered worse the longer it is; attention, which "
        "looks at every position, keeps its quality, and is better beyond the lengths of the training too.",
        source="Cho et al. 2014, “On the Properties of Neural Machine Translation”; Bahdanau et al. 2015, section 5.1 "
        "and figure 2; Luong et al. 2015, section 5.2.",
        setup=_setup(laboratory, "either no attention or the general score"),
        pictures=[
            Picture(NAMES[cell], _draw(laboratory, {LABELS[kind]: found[cell, kind] for kind in LABELS}))
            for cell in CELLS
        ],
        caption=_caption(laboratory),
        table=_table(
            laboratory, {f"{NAMES[cell]}, {LABELS[kind]}": (cell, kind, all_) for (cell, kind), all_ in found.items()}
        ),
        findings=_findings_on_attention(laboratory.scale, found),
    )


def _findings_on_attention(scale: Scale, found: Mapping[tuple[str, str], Sequence[ByLength]]) -> list[Finding]:
    short_half = range(1, scale.long_half.start)
    margin = margin_of_shares(scale.tests * len(scale.beyond) * scale.seeds)
    falls = {key: _mean_of(all_, short_half) - _mean_of(all_, scale.long_half) for key, all_ in found.items()}
    fall_without, fall_with = (mean(falls[cell, attention] for cell in CELLS) for attention in (WITHOUT, WITH))
    beyond = {key: _mean_of(all_, scale.beyond) for key, all_ in found.items()}
    beyond_without, beyond_with = (mean(beyond[cell, attention] for cell in CELLS) for attention in (WITHOUT, WITH))
    return [
        Finding(
            all(falls[cell, WITHOUT] > max(0.0, falls[cell, WITH]) + margin for cell in CELLS),
            f"From {_span(short_half)} to {_span(scale.long_half)} symbols exact match falls by "
            f"{100 * fall_without:.1f} points with the fixed vector and by {100 * fall_with:.1f} with attention, "
            "averaged over the cells.",
        ),
        Finding(
            all(beyond[cell, WITH] > beyond[cell, WITHOUT] + margin for cell in CELLS),
            f"On answers longer than any trained on ({_span(scale.beyond)} symbols) attention gets "
            f"{percent(beyond_with)} right, the fixed vector {percent(beyond_without)}.",
        ),
    ]


def _exact_matches(laboratory: Laboratory, cell: str, attention: str) -> list[ByLength]:
    """Of each seed's model."""
    architecture = laboratory.architecture(cell=cell, attention=attention)
    models = [laboratory.train(TASK, architecture, seed).model for seed in laboratory.seeds]
    return [
        {length: laboratory.exact_match(model, TASK, length) for length in laboratory.scale.lengths} for model in models
    ]


def _setup(laboratory: Laboratory, attention: str) -> str:
    scale = laboratory.scale
    return (
        f"Copying {TASK.symbols} symbols, drawn anew: {scale.epochs} × {scale.examples:,} training examples of 1 to "
        f"{scale.longest} symbols, {scale.tests} test questions of each length to {scale.lengths[-1]}. One encoder "
        f"layer that reads forward and one decoder layer, {scale.hidden_size} hidden units each, embeddings of "
        f"{scale.hidden_size // 2}, {attention}, no input feeding; AdamW; seeds {_seeds(laboratory)}; greedy search. "
        "The cells have as many hidden units, so an LSTM has four times a plain network's recurrent weights and a GRU "
        "three times."
    )


def _seeds(laboratory: Laboratory) -> str:
    return ", ".join(map(str, laboratory.seeds))


def _caption(laboratory: Laboratory) -> str:
    spread = "Lines are means over the seeds, bands their range. " if len(laboratory.seeds) > 1 else ""
    return f"{spread}The dotted line is the longest answer in training."


def _draw(laboratory: Laboratory, found: Mapping[str, Sequence[ByLength]]) -> str:
    """By label, the exact matches of all seeds."""
    lengths, lines = laboratory.scale.lengths, []
    for label, all_ in found.items():
        values = [[100 * one[length] for one in all_] for length in lengths]
        lines.append(Line(label, lengths, [*map(mean, values)], [*map(min, values)], [*map(max, values)]))
    return draw_lines(lines, x_label="symbols", y_label="answers right, %", marked=laboratory.scale.longest)


def _table(laboratory: Laboratory, rows: Mapping[str, tuple[str, str, Sequence[ByLength]]]) -> Table:
    spans = [range(1, laboratory.scale.long_half.start), laboratory.scale.long_half, laboratory.scale.beyond]
    header = ["", *(f"right, {_span(span)} symbols" for span in spans), "longest ≥ 50 % right", "validation loss"]
    cells = []
    for name, (cell, attention, found) in rows.items():
        shares = [percent(_mean_of(found, span)) for span in spans]
        held = [length for length in laboratory.scale.lengths if mean(one[length] for one in found) >= 0.5]
        architecture = laboratory.architecture(cell=cell, attention=attention)
        loss = mean(laboratory.train(TASK, architecture, seed).curve[-1][1] for seed in laboratory.seeds)
        cells.append([name, *shares, str(max(held, default=0)), f"{loss:.3f}"])
    return Table(header, cells)


def _mean(found: ByLength, lengths: Iterable[int]) -> float:
    return mean(found[length] for length in lengths)


def _mean_of(found: Sequence[ByLength], lengths: Sequence[int]) -> float:
    return mean(_mean(one, lengths) for one in found)


def _span(lengths: Sequence[int]) -> str:
    return f"{lengths[0]}–{lengths[-1]}"
