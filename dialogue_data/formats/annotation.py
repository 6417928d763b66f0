"""Label Studio tasks and Argilla records: where several people review, and whence their decisions return."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from dialogue_data.curated import DECISIONS, Curated, Decision, decision_from
from dialogue_data.errors import CorpusError, corpus_file
from dialogue_data.formats.rows import Row, row_of

# What Label Studio is told under Settings → Labeling Interface, so that it shows the tasks and asks for a decision.
LABEL_STUDIO_CONFIG = """\
<View>
  <Text name="context" value="$context_text"/>
  <Text name="question" value="$question"/>
  <Text name="said" value="$answer"/>
  <Choices name="review_state" toName="said" choice="single" required="true">
    <Choice value="approved"/><Choice value="edited"/><Choice value="rejected"/>
  </Choices>
  <TextArea name="answer" toName="said" maxSubmissions="1" editable="true" value="$answer"/>
</View>
"""


def write_label_studio(path: Path, rows: Iterable[Curated]) -> None:
    """A JSON list of tasks; a decision that is already there stands as an annotation."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        separator = "[\n"
        for one in rows:
            file.write(separator + json.dumps(_task(row_of(one)), ensure_ascii=False))
            separator = ",\n"
        file.write("\n]\n" if separator != "[\n" else "[]\n")


def read_label_studio(path: Path) -> Iterator[Decision]:
    """Its JSON export, or our own tasks: of several annotations of a task the last counts."""
    with corpus_file(path):
        content = path.read_bytes()
    try:
        tasks = json.loads(content.decode("utf-8-sig"))
    except ValueError as error:
        raise CorpusError(f"{path}: not JSON ({error}), expected Label Studio's JSON export.") from error
    if not isinstance(tasks, list):
        raise CorpusError(f"{path}: found {content!r:.60}, expected a list of tasks.")
    for place, task in enumerate(tasks, start=1):
        where = f"{path}: task {place}"
        row = task.get("data") if isinstance(task, dict) else None
        if not isinstance(row, dict):
            raise CorpusError(f"{where}: found {task!r:.80}, expected data and annotations.")
        yield decision_from(row | _annotated(task, row, where), where)


def write_argilla(path: Path, rows: Iterable[Curated]) -> None:
    """A line a record: fields to read, questions answered by a suggestion or a response, and the rest as metadata."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(_record(row_of(one)), ensure_ascii=False) + "\n" for one in rows)


def read_argilla(path: Path) -> Iterator[Decision]:
    """A record a line: of several submitted responses the last counts."""
    with corpus_file(path), path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            where = f"{path}:{number}"
            try:
                record = json.loads(line)
                row = record["metadata"] | {"id": record["id"], "answer": record["fields"]["answer"]}
                yield decision_from(row | _responded(record, row), where)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise CorpusError(f"{where}: found {line[:60]!r}, expected an Argilla record ({error}).") from error


def _task(row: Row) -> dict[str, Any]:
    data = row | {"context_text": "\n".join(row["context"])}
    if row["review_state"] not in DECISIONS:
        return {"data": data}
    result = [
        {
            "from_name": "review_state",
            "to_name": "said",
            "type": "choices",
            "value": {"choices": [row["review_state"]]},
        },
        {"from_name": "answer", "to_name": "said", "type": "textarea", "value": {"text": [row["answer"]]}},
    ]
    return {"data": data, "annotations": [{"result": result, "created_at": row["reviewed_at"]}]}


def _annotated(task: dict[str, Any], row: Row, where: str) -> Row:
    """What the last annotation says otherwise than the task's data."""
    annotations = [one for one in task.get("annotations") or [] if not one.get("was_cancelled")]
    if not annotations:
        return {}
    last, said = annotations[-1], {}
    try:
        for result in last["result"]:
            value = result["value"]
            said[result["from_name"]] = (value["choices"] if "choices" in value else value["text"])[-1]
    except (KeyError, TypeError, IndexError) as error:
        raise CorpusError(f"{where}: an annotation is {last!r:.80}, expected choices and text ({error}).") from error
    is_new = (
        said.get("review_state") != row.get("review_state") or said.get("answer", row.get("answer")) != row["answer"]
    )
    return _decided(row, said) | (
        {"reviewer": _name(last.get("completed_by")), "reviewed_at": last.get("created_at")} if is_new else {}
    )


def _record(row: Row) -> dict[str, Any]:
    shown = {"context": "\n".join(row["context"]), "question": row["question"], "answer": row["answer"]}
    metadata = {key: value for key, value in row.items() if key not in ("id", "question", "answer", "context")}
    record: dict[str, Any] = {"id": row["id"], "fields": shown, "metadata": metadata}
    if row["review_state"] in DECISIONS:
        values = {"review_state": {"value": row["review_state"]}, "answer": {"value": row["answer"]}}
        record["responses"] = [{"status": "submitted", "user_id": row["reviewer"], "values": values}]
    return record


def _responded(record: dict[str, Any], row: Row) -> Row:
    submitted = [one for one in record.get("responses") or [] if one.get("status", "submitted") == "submitted"]
    if not submitted:
        return {}
    last = submitted[-1]
    said = {key: value["value"] for key, value in last["values"].items()}
    is_new = said.get("review_state") != row.get("review_state") or said.get("answer", row["answer"]) != row["answer"]
    return _decided(row, said) | ({"reviewer": _name(last.get("user_id")), "reviewed_at": None} if is_new else {})


def _decided(row: Row, said: dict[str, str]) -> Row:
    """A text put right counts as edited, whatever else was chosen, unless it was rejected."""
    answer = said.get("answer") or row["answer"]
    state = said.get("review_state", row["review_state"])
    if answer == row["answer"]:
        return {"review_state": state}
    edited = {"answer": answer, "original_answer": row.get("original_answer") or row["answer"]}
    return edited | {"review_state": "rejected" if state == "rejected" else "edited"}


def _name(reviewer: Any) -> str | None:
    """Label Studio gives a number or a record of the person, Argilla an id."""
    if isinstance(reviewer, dict):
        reviewer = reviewer.get("email") or reviewer.get("id")
    return None if reviewer is None else str(reviewer)
