"""What does the toxicity filter find, what does it find where nothing is, and how fast?

python -m benchmarks.toxicity ../shared/data/toxicity/beep starter ../shared/data/chatbot_data/split/valid.tsv
"""

import sys
import time
from pathlib import Path

from dialogue_data.toxicity import WEIGHTS, judge
from dialogue_data.toxicity.classifier import Classifier
from dialogue_data.toxicity.train import is_listed, read_comments, read_everyday, show


def main() -> None:
    data, *everyday = sys.argv[1:]
    show(Classifier.load(WEIGHTS), read_comments(Path(data) / "dev.tsv"))
    for source in everyday:
        lines = read_everyday([source])
        started = time.perf_counter()
        toxic = [line for line in lines if judge(line).score >= 0.5]
        speed = len(lines) / (time.perf_counter() - started)
        listed = sum(is_listed(line) for line in toxic)
        print(f"{source}: {len(toxic)} alarms in {len(lines):,} lines ({len(toxic) / len(lines):.2%}),")
        print(f"  {listed} by the list; {speed:,.0f} lines/s, one thread")
        for line in toxic[:60]:
            judgement = judge(line)
            print(f"    {judgement.score:.2f} {sorted(judgement.categories)} {judgement.found} {line[:70]}")


if __name__ == "__main__":
    main()
