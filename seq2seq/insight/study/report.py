"""How is a study read? As one HTML file that needs nothing but itself, on a phone as well as at night."""

import re
from collections.abc import Mapping, Sequence
from html import escape

from seq2seq.insight.study.section import Finding, Section, Table

_CSS = """
:root { color-scheme: light dark; --ink: #1d2129; --paper: #fdfdfb; --faint: #68707c; --line: #d9dce1; --card: #f4f5f2;
  --good: #1d7a4c; --bad: #b3452f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e6ea; --paper: #15181c; --faint: #99a1ad; --line: #343a43;
  --card: #1c2026; --good: #5fc795; --bad: #ee8f78; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.6 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.8rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.35rem; line-height: 1.3; margin: 3rem 0 .5rem; padding-top: 1.5rem;
  border-top: 1px solid var(--line); }
p { max-width: 46rem; margin: .6rem 0; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
a { color: inherit; }
.faint, figcaption, caption { color: var(--faint); font-size: .9rem; }
.claim { font-size: 1.08rem; border-left: 3px solid var(--line); padding-left: .9rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: 1rem 0; }
dt { color: var(--faint); }
dd { margin: 0; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); gap: 1rem;
  margin: 1rem 0; }
.pictures.small { grid-template-columns: repeat(auto-fill, minmax(min(46%, 13rem), 1fr)); }
figure { margin: 0; background: var(--card); border-radius: .5rem; padding: .6rem; }
figcaption { text-align: center; }
svg { display: block; width: 100%; height: auto; max-width: 30rem; margin: 0 auto; }
.table { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .8rem .3rem 0; text-align: right; border-bottom: 1px solid var(--line); }
th { font-weight: 600; vertical-align: bottom; }
th:first-child { text-align: left; min-width: 9rem; }
ul.findings { list-style: none; padding: 0; }
ul.findings li { margin: .6rem 0; padding: .6rem .9rem; background: var(--card); border-radius: .5rem;
  border-left: 4px solid var(--bad); }
ul.findings li.shown { border-color: var(--good); }
.verdict { font-weight: 600; color: var(--bad); }
.shown .verdict { color: var(--good); }
"""


def format_report(sections: Mapping[str, Section], facts: Mapping[str, str]) -> str:
    """The page; `sections` by the name of their experiment, `facts` about the run by what they are."""
    contents = "".join(f'<li><a href="#{name}">{escape(one.title)}</a></li>' for name, one in sections.items())
    rows = "".join(f"<dt>{escape(name)}</dt><dd><code>{escape(fact)}</code></dd>" for name, fact in facts.items())
    findings = [finding for one in sections.values() for finding in one.findings]
    shown = sum(one.is_shown for one in findings)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sequence to sequence: a study on small models</title>
<style>{_CSS}</style>
</head>
<body>
<main>
<h1>Sequence to sequence: a study on small models</h1>
<p>What the texts claim about recurrent networks, attention, training and search, tried on models that were trained for
this page. Each verdict is computed from the numbers beside it: {shown} of {len(findings)} hold in this run. Of shares
of right answers, a difference counts where it is larger than two standard errors over the questions asked. Small models
on synthetic tasks show that an effect exists, not how large it is elsewhere.</p>
<dl>{rows}</dl>
<ol>{contents}</ol>
{"".join(_section(name, one) for name, one in sections.items())}
</main>
</body>
</html>
"""


def _section(name: str, section: Section) -> str:
    pictures = ["", ""]  # the larger ones, the small ones
    for number, one in enumerate(section.pictures, start=1):
        svg = _named(one.svg, f"{name}-{number}")
        pictures[one.is_small] += f"<figure><figcaption>{escape(one.title)}</figcaption>{svg}</figure>"
    small = f'<div class="pictures small">{pictures[1]}</div>' if pictures[1] else ""
    return f"""<section id="{name}">
<h2>{escape(section.title)}</h2>
<p class="claim">{escape(section.claim)}</p>
<p class="faint">{escape(section.source)}</p>
<p><strong>Set-up.</strong> {escape(section.setup)}</p>
<div class="pictures">{pictures[0]}</div>
{small}
<p class="faint">{escape(section.caption)}</p>
{_table(section.table)}
<ul class="findings">{"".join(map(_finding, section.findings))}</ul>
</section>
"""


def _named(svg: str, name: str) -> str:
    """With ids that no other picture on the page has."""
    return re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", svg)


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.header)
    body = "".join(f"<tr>{_row(cells)}</tr>" for cells in table.rows)
    return f'<div class="table"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _row(cells: Sequence[str]) -> str:
    name, *values = map(escape, cells)
    return f'<th scope="row">{name}</th>' + "".join(f"<td>{value}</td>" for value in values)


def _finding(finding: Finding) -> str:
    kind, verdict = ("shown", "Shown.") if finding.is_shown else ("not-shown", "Not shown.")
    return f'<li class="{kind}"><span class="verdict">{verdict}</span> {escape(finding.sentence)}</li>'
