"""`maldongmu model`: train, fine-tune, evaluate, explain, and answer or translate line by line."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from seq2seq import artifact
from seq2seq.answering.request import Request
from seq2seq.answering.responder import Responder
from seq2seq.config import SearchConfig, load_config, load_preset
from seq2seq.devices import choose_device
from seq2seq.errors import ModelError
from seq2seq.exchanges import load_exchanges, parse_row, question_of
from seq2seq.search.options import choose_drawing, choose_size, load_reranker, load_search
from seq2seq.search.scoring import Candidate

if TYPE_CHECKING:
    from seq2seq.training.run import Training

_TASKS = {"en": "ko2en", "ko": "en2ko"}  # by the language translated to

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Train, fine-tune, evaluate and question seq2seq models.",
)

TrainFile = Annotated[Path, typer.Option("--train", help="Exchanges to learn: .jsonl, or .tsv question⇥answer.")]
ValidFile = Annotated[Path, typer.Option("--valid", help="Exchanges to measure perplexity on after each epoch.")]
Output = Annotated[Path, typer.Option("--output", help="Model folder to write.")]
ConfigFile = Annotated[Path | None, typer.Option("--config", help="YAML file that changes single settings.")]
Device = Annotated[str, typer.Option(help="auto, cpu or cuda; auto takes the GPU where there is one.")]
Seed = Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Of initial weights, order and dropout.")]
Resume = Annotated[bool, typer.Option("--resume", help="Continue a training of this output that was stopped.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say sizes, memory and time; nothing is written.")]
Tensorboard = Annotated[Path | None, typer.Option("--tensorboard", help="Folder for TensorBoard's event files.")]
ModelFolder = Annotated[Path, typer.Option("--model", help="Model folder.")]
ModelFolders = Annotated[
    list[Path],
    typer.Option("--model", help="Model folder; several, trained on the same texts, answer as one ensemble."),
]
OptionalModelFolder = Annotated[Path | None, typer.Option("--model", help="Model folder; default: the starter model.")]
Beam = Annotated[int | None, typer.Option("--beam", help="Hypotheses kept; 1 is greedy; default: as the model says.")]


@app.command()
def train(
    train: TrainFile,
    valid: ValidFile,
    output: Output,
    preset: Annotated[str, typer.Option(help="Sizes and schedule: default, starter or tiny.")] = "default",
    config: ConfigFile = None,
    answers: Annotated[
        Path | None,
        typer.Option(help="Exchanges of open corpora whose answers may be given word for word (answering.recognised)."),
    ] = None,
    device: Device = "auto",
    seed: Seed = 1,
    resume: Resume = False,
    dry_run: DryRun = False,
    tensorboard: Tensorboard = None,
) -> None:
    """Train a model anew, its subword tokenizer included.

    Progress goes to stderr and, as JSON Lines and a learning curve, beside the output. Ctrl-C or SIGTERM keeps what is
    learnt, and --resume goes on from there. Started by torchrun, several processes share each batch.
    """
    from seq2seq.training.run import TrainingFiles, prepare_training

    settings = load_preset(preset)
    if config is not None:
        settings = load_config(config, settings)
    files = TrainingFiles(train=train, valid=valid, output=output.resolve(), answers=answers, tensorboard=tensorboard)
    _learn(partial(prepare_training, files, settings, name=preset, seed=seed), device, output, resume, dry_run)


@app.command()
def finetune(
    parent: Annotated[Path, typer.Option("--from", help="Model folder to start from.")],
    train: TrainFile,
    valid: ValidFile,
    output: Output,
    config: ConfigFile = None,
    device: Device = "auto",
    seed: Seed = 1,
    resume: Resume = False,
    dry_run: DryRun = False,
    tensorboard: Tensorboard = None,
) -> None:
    """Train on from a model, keeping its tokenizer and sizes; --config may change the section `training`."""
    from seq2seq.training.run import TrainingFiles, prepare_finetuning

    settings = preset = load_preset("finetune")
    if config is not None:
        settings = load_config(config, preset)
        if settings != preset.model_copy(update={"training": settings.training}):
            raise ModelError(
                f"{config}: fine-tuning keeps the parent's sizes and search; change the section training only"
            )
    files = TrainingFiles(train=train, valid=valid, output=output.resolve(), tensorboard=tensorboard)
    _learn(partial(prepare_finetuning, files, parent, settings.training, seed=seed), device, output, resume, dry_run)


@app.command()
def evaluate(
    model: Annotated[
        list[Path] | None,
        typer.Option("--model", help="Model folder; several answer as one ensemble; default: the starter model."),
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Held-out exchanges: .jsonl or .tsv.")] = None,
    talk: Annotated[str | None, typer.Option(help="Judge the talk on the prompts of this part: dev or test.")] = None,
    sheet: Annotated[
        Path | None, typer.Option(help="Of --talk: write the replies into a sheet (.tsv) that a person fills in.")
    ] = None,
    judged: Annotated[Path | None, typer.Option(help="Of --talk: read such a sheet, filled in.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of lines.")] = False,
    beam: Beam = None,
    device: Device = "auto",
) -> None:
    """How likely the true answers of held-out exchanges are, and how the model's own compare with them.

    Perplexity a piece, nats a character, BLEU of words and of characters and chrF (sacreBLEU, with signatures),
    distinct-1/2, generic replies, repetitions, exact matches; where answers are symbols between spaces, word and phone
    errors.

    With --talk instead: the replies to fixed prompts of ten kinds, counted (chrF against several good replies, speech
    level, use of the context …), and on a blind sheet judged by people: sensible, and specific (SSA).
    """
    folders = model or [artifact.STARTER_MODEL]
    if (data is None) == (talk is None):
        raise ModelError("expected --data FILE, or --talk dev or test")
    if talk is not None:
        return _evaluate_talk(talk, folders, beam, device, sheet=sheet, judged=judged, as_json=as_json)
    assert data is not None
    from seq2seq.insight.evaluation import evaluate as evaluate_model  # sacreBLEU: only who measures waits for it

    loaded = artifact.load_ensemble(folders, choose_device(device))
    metrics = evaluate_model(loaded, load_exchanges(data), _with_beam(loaded.search, beam))
    if as_json:
        print(json.dumps(metrics, ensure_ascii=False))
        return
    for name, value in metrics.items():
        print(f"{name.replace('_', ' '):31} {value}")


def _evaluate_talk(
    part: str,
    folders: list[Path],
    beam: int | None,
    device: str,
    *,
    sheet: Path | None,
    judged: Path | None,
    as_json: bool,
) -> None:
    from seq2seq.insight.talk.figures import measure
    from seq2seq.insight.talk.prompts import load_prompts
    from seq2seq.insight.talk.sheet import key_of, read_sheet, write_sheet
    from seq2seq.insight.talk.table import format_table

    prompts = load_prompts(part)
    if judged is not None:
        marks = read_sheet(judged, prompts)
        found = {f"{name} {kind}": one.as_shares() for name, kinds in marks.items() for kind, one in kinds.items()}
    else:
        loaded = artifact.load_ensemble(folders, choose_device(device))
        responder = Responder(loaded, _with_beam(loaded.search, beam))
        replies = [response.answer for response in responder.respond_all(prompt.request for prompt in prompts)]
        found = measure(prompts, replies)
        if sheet is not None:
            write_sheet(sheet, prompts, {loaded.version: replies})
            print(f"{sheet}: to be filled in; who replied stands in {key_of(sheet)}", file=sys.stderr)
    print(json.dumps(found, ensure_ascii=False) if as_json else format_table(found))


@app.command()
def calibrate(
    model: Annotated[Path, typer.Option("--model", help="Model folder with known answers; its config.json changes.")],
    data: Annotated[Path, typer.Option(help="Held-out exchanges, all answers of a question among them.")],
    least_confidence: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="Below it the model says that it does not know.")
    ] = None,
    listening_confidence: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="Below it the model takes up what was said, where it can.")
    ] = None,
    device: Device = "auto",
) -> None:
    """Fit the confidence of a model to held-out questions, so that it is right as often as it says.

    A reply is right where it is one of the answers that its question has in the file. Printed: how often that is so,
    and the expected calibration error, each half of the questions told by what was fitted to the other half.
    """
    from seq2seq.answering.calibration import calibrate as calibrate_model

    loaded = artifact.load(model, choose_device(device))
    found = calibrate_model(loaded, load_exchanges(data))
    given = {"least_confidence": least_confidence, "listening_confidence": listening_confidence}
    chosen = {name: value for name, value in given.items() if value is not None}
    artifact.change_answering(model, found.answering.model_copy(update=chosen))
    print(f"{found.questions} questions, right {found.right:.3f}, expected calibration error {found.error:.3f}")


@app.command()
def reply(
    model: Annotated[
        list[Path] | None,
        typer.Option("--model", help="Model folder, or several that answer as one; default: the starter model."),
    ] = None,
    config: Annotated[Path | None, typer.Option(help="YAML file whose section `search` changes the search.")] = None,
    beam: Beam = None,
    candidates: Annotated[
        int | None, typer.Option(min=1, help="Print the N best with their scores: answer⇥score⇥answer⇥score…")
    ] = None,
    prefix: Annotated[str, typer.Option(help="What every answer must begin with.")] = "",
    sample: Annotated[
        bool, typer.Option("--sample", help="Draw answers, one or --beam N, instead of searching.")
    ] = False,
    temperature: Annotated[float | None, typer.Option(help="Of --sample: divides the logits; default: 1.")] = None,
    top_k: Annotated[int | None, typer.Option(help="Of --sample: among the k likeliest tokens only.")] = None,
    top_p: Annotated[float | None, typer.Option(help="Of --sample: among the likeliest tokens that make up p.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, max=2**63 - 1, help="Of --sample; default: 0.")] = None,
    mmi: Annotated[
        Path | None,
        typer.Option(help="Rerank by mutual information with this model: text.direction unconditional or backward."),
    ] = None,
    mmi_weight: Annotated[float | None, typer.Option(help="Of --mmi: lambda; default: 0.5.")] = None,
    mmi_tokens: Annotated[
        int | None, typer.Option(help="Of --mmi, unconditional: an answer's first tokens that count; default: 5.")
    ] = None,
    mmi_length_reward: Annotated[
        float | None, typer.Option(help="Of --mmi: gamma, for each token; default: 0.")
    ] = None,
    level: Annotated[str, typer.Option(help="formal, polite or casual.")] = "polite",
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Exchanges in, exchanges with the answer out.")] = False,
    device: Device = "auto",
) -> None:
    """Answer each line of stdin with one line on stdout, in order; through a pipe 64 lines are answered at once.

    With --jsonl a line is an object with `question` and, if there is one, `context`; `answer`, `confidence` and
    `candidates` are added. A candidate's `score` is the sum of its `log_prob`, `length_part`, `coverage_part` and
    `mmi_part`.
    """
    _speak_utf8()
    loaded = artifact.load_ensemble(model or [artifact.STARTER_MODEL], choose_device(device))
    search = loaded.search if config is None else load_search(config, loaded.search)
    search = choose_size(search, beam, candidates, is_drawn=sample)
    drawing = {"--temperature": temperature, "--top-k": top_k, "--top-p": top_p, "--seed": seed}
    reranker = load_reranker(
        mmi, choose_device(device), weight=mmi_weight, first_tokens=mmi_tokens, length_reward=mmi_length_reward
    )
    responder = Responder(loaded, choose_drawing(search, drawing), seed=seed or 0, reranker=reranker)
    batch_size = 1 if sys.stdin.isatty() else 64
    if jsonl:
        rows = list(_read_rows(sys.stdin, level, prefix))
        responses = responder.respond_all((request for _, request in rows), batch_size)
        for (row, _), response in zip(rows, responses, strict=True):
            answered = {
                "answer": response.answer,
                "confidence": response.confidence,
                "candidates": [one._asdict() for one in response.candidates[:candidates]],
            }
            print(json.dumps(row | answered, ensure_ascii=False))
        return
    requests = (Request(line.rstrip("\r\n"), (), level, prefix=prefix) for line in sys.stdin)
    for response in responder.respond_all(requests, batch_size):
        ranked = [f"{one.text}\t{one.score:.4f}" for one in response.candidates[:candidates]]
        print("\t".join(ranked) if candidates and ranked else response.answer, flush=True)


@app.command()
def translate(
    model: ModelFolder,
    to: Annotated[str, typer.Option(help="en: from Korean to English; ko: from English to Korean.")],
    beam: Beam = None,
    device: Device = "auto",
) -> None:
    """Translate each line of stdin into one line on stdout, in order; an empty line stays empty.

    The model must have learnt exchanges with the task ko2en or en2ko: `maldongmu data read PAIRS --task both`.
    """
    if to not in _TASKS:
        raise ModelError(f"--to {to}: expected {' or '.join(_TASKS)}")
    _speak_utf8()
    loaded = artifact.load(model, choose_device(device))
    loaded.check_learnt(_TASKS[to])
    responder = Responder(loaded, _with_beam(loaded.search, beam))
    requests = (Request(line.rstrip("\r\n"), (), None, _TASKS[to]) for line in sys.stdin)
    for response in responder.respond_all(requests, 1 if sys.stdin.isatty() else 64):
        print(response.answer, flush=True)


@app.command()
def explain(
    text: Annotated[str, typer.Argument(help="What is said to the model.")],
    model: OptionalModelFolder = None,
    output: Annotated[Path | None, typer.Option(help="Picture to write: .png or .svg.")] = None,
    as_text: Annotated[
        bool, typer.Option("--text", help="The heatmap in letters too; without --output always.")
    ] = False,
    level: Annotated[str, typer.Option(help="formal, polite or casual.")] = "polite",
    task: Annotated[str | None, typer.Option(help="chat, ko2en or en2ko; default: the first the model learnt.")] = None,
    beam: Beam = None,
    device: Device = "auto",
) -> None:
    """Show why TEXT gets its answer: a heatmap of the attention, and the candidates with the parts of their scores.

    A candidate's score is the sum of its log_prob and the parts beside it.
    """
    from seq2seq.insight import heatmap
    from seq2seq.insight.explain import explain as explain_answer

    if output is not None:
        heatmap.check_format(output)
    loaded = artifact.load(model or artifact.STARTER_MODEL, choose_device(device))
    task = task or loaded.tasks[0]
    request = Request(text, (), level if task == "chat" else None, task)
    explanation = explain_answer(loaded, request, _with_beam(loaded.search, beam))
    is_drawn = output is not None and heatmap.draw_heatmap(explanation, output)
    if output is not None and not is_drawn:
        print(
            f"{output}: not drawn, since no font here has Hangul; install NanumGothic or Noto Sans KR", file=sys.stderr
        )
    if as_text or not is_drawn:
        print(heatmap.format_heatmap(explanation, shutil.get_terminal_size((100, 24)).columns), end="\n\n")
    print("\t".join(Candidate._fields))
    for candidate in explanation.response.candidates:
        print("\t".join(f"{part:.4f}" if isinstance(part, float) else part for part in candidate))


@app.command()
def study(
    output: Annotated[Path, typer.Option(help="Report to write, one HTML file.")],
    quick: Annotated[bool, typer.Option("--quick", help="Tiny models, within a minute; fewer claims show.")] = False,
    seed: Seed = 1,
    experiments: Annotated[
        str | None,
        typer.Option(help="Some of cells, attention, gradients, exposure, search, variants, as a,b; default: all."),
    ] = None,
) -> None:
    """Train small models on a CPU and report whether they show what the texts on seq2seq claim; takes minutes.

    cells: RNN, LSTM and GRU by length; attention: with and without by length; gradients: their norm through time;
    exposure: teacher forcing and scheduled sampling; search: greedy and beams; variants: of attention. Progress goes to
    stderr. The same seed gives the same report on the same machine.
    """
    from seq2seq.insight.study.laboratory import FULL, QUICK
    from seq2seq.insight.study.run import EXPERIMENTS, parse_names, write_study

    names = list(EXPERIMENTS) if experiments is None else parse_names(experiments)
    command = f"maldongmu model study --output {output.name} --seed {seed}" + " --quick" * quick
    if experiments is not None:
        command += f" --experiments {','.join(names)}"
    say = partial(print, file=sys.stderr, flush=True)
    write_study(output, QUICK if quick else FULL, seed=seed, names=names, command=command, say=say)
    say(f"{output}: written")


def _speak_utf8() -> None:
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _with_beam(search: SearchConfig, beam: int | None) -> SearchConfig:
    return search if beam is None else SearchConfig.from_mapping(search.model_dump() | {"beam_size": beam}, "--beam")


def _read_rows(lines: TextIO, level: str, prefix: str) -> Iterator[tuple[dict[str, Any], Request]]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                row = parse_row(line)
                question, context, own_level, task = question_of(row)
            except ValueError as error:
                raise ModelError(f"stdin:{number}: {error}") from None
            yield row, Request(question, context, own_level or level, task, prefix)


def _learn(prepare: Callable[..., "Training"], device: str, output: Path, resume: bool, dry_run: bool) -> None:
    """`prepare(device=...)` and run, alone or as one of torchrun's processes."""
    from seq2seq.training.distributed import joined_workers
    from seq2seq.training.dry_run import describe_training
    from seq2seq.training.interruption import TrainingStoppedError
    from seq2seq.training.run import run_training

    with joined_workers(device) as workers:
        if dry_run:
            words, stream, exit_code = describe_training(prepare(device=choose_device(device))), sys.stdout, 0
        else:
            artifact.prepare(output.resolve())
            try:
                metrics = run_training(prepare(device=choose_device(device)), resume=resume)
                words, stream, exit_code = (
                    f"{output}: validation perplexity {metrics['valid_perplexity']}",
                    sys.stderr,
                    0,
                )
            except TrainingStoppedError as stopped:
                words, stream, exit_code = str(stopped), sys.stderr, 1
        if workers.is_first:
            print(words, file=stream)
    raise typer.Exit(exit_code)
