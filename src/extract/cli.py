"""The command line: arguments in, exit status out. Results go to files and stdout, progress to stderr.

Exit status: 0 done; 1 done, but a check asked for failed; 2 wrong usage, or input or rules that cannot be
used (one line on stderr); 130 stopped with Ctrl-C, 143 with SIGTERM. Nothing heavy is imported before a command
needs it.
"""

from __future__ import annotations

import difflib
import gc
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from extract import __version__

if TYPE_CHECKING:
    from extract.evaluate import GoldArticle, Predicted, Scores
    from extract.files import Place
    from extract.pipeline import Pipeline
    from extract.read import Position
    from extract.write.manifest import RunSummary

# What typer raises for wrong usage; it has been in different modules of it over time.
_WrongUsage: type[Exception] = typer.BadParameter.__mro__[1]


class Unusable(Exception):
    """Something given on the command line cannot be used; the message says what would be right."""


app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
rules_app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")
app.add_typer(rules_app, name="rules")


class Engine(StrEnum):
    local = "local"
    ray = "ray"


class LogFormat(StrEnum):
    text = "text"
    json = "json"


class Language(StrEnum):
    vi = "vi"
    any = "any"


class Format(StrEnum):
    table = "table"
    json = "json"
    markdown = "markdown"
    github = "github"


class GoldFormat(StrEnum):
    extract = "extract"
    doccano = "doccano"
    label_studio = "label-studio"
    brat = "brat"
    spacy = "spacy"


class ExportFormat(StrEnum):
    csv = "csv"
    jsonl = "jsonl"
    spacy = "spacy"
    conll = "conll"
    brat = "brat"
    doccano = "doccano"
    label_studio = "label-studio"
    duckdb = "duckdb"
    ftm = "ftm"
    hf = "hf"


class ExportAs(StrEnum):
    annotations = "annotations"
    predictions = "predictions"


Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT...",
        help="Files, folders, globs or URIs of .txt, .html, .jsonl, .parquet, .warc, .zip, .tar.gz; - for stdin.",
    ),
]
Out = Annotated[Path, typer.Option(help="Folder for the output.", show_default=False)]
RuleFolders = Annotated[
    list[Path] | None,
    typer.Option("--rules", help="Folder of rules that add to and override the built-in ones. Repeatable."),
]
NoNer = Annotated[bool, typer.Option("--no-ner", help="Rules alone, without the statistical tagger.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes.  [default: one a core]", show_default=False)]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with a run that was stopped.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace a dataset that is already there.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Only the first N articles.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary.")]
Map = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="FIELD=NAME", help="Name of a field in the input: text=content. Repeatable."),
]
Lang = Annotated[
    Language, typer.Option(help="Articles in other languages: vi hands them to the rejects, any keeps them.")
]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status. ``argv`` as in ``sys.argv[1:]``."""
    try:
        status = app(args=None if argv is None else list(argv), prog_name="extract", standalone_mode=False)
    except _WrongUsage as error:
        return _usage_error(error)
    except (KeyboardInterrupt, typer.Abort):
        return _fail("stopped; what is finished is kept, `extract run … --resume` goes on from there", 130)
    except BrokenPipeError:  # `extract show … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if isinstance(error, _expected_errors()):
            return _fail(str(error))
        if isinstance(error, MemoryError):
            return _fail("out of memory; fewer --workers need less, and `extract run … --resume` goes on from here")
        if isinstance(error, OSError):  # a full disk, a folder that may not be written to
            return _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))
        raise
    return status if isinstance(status, int) else 0


def _fail(message: str, status: int = 2) -> int:
    print(f"extract: {' '.join(message.split())}", file=sys.stderr)
    return status


def _usage_error(error: Any) -> int:
    """Wrong usage in one line, with where to read on; help where no command was given at all."""
    message = error.format_message()
    if type(error).__name__ == "NoArgsIsHelpError":
        print(message, end="\n" if message else "")
        return 0
    context = getattr(error, "ctx", None)
    return _fail(f"{message.rstrip('.')}. See `{context.command_path if context else 'extract'} --help`.")


def _expected_errors() -> tuple[type[Exception], ...]:
    """Errors about what was given, not about this program. Imported only once something has gone wrong."""
    from extract.engines import EngineError
    from extract.evaluate import GoldError
    from extract.files import PlaceError
    from extract.read import InputError
    from extract.report import ReportError
    from extract.rules import RuleError
    from extract.show.target import TargetError
    from extract.write import OutputError

    return Unusable, EngineError, GoldError, InputError, PlaceError, ReportError, RuleError, TargetError, OutputError


def _version(show: bool) -> None:
    if show:
        print(f"extract {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show it.")] = False,  # noqa: ARG001  # its callback
) -> None:
    """Officials, titles, document codes and figures out of Vietnamese news, each with its place in the text.

    \b
    Examples:
      extract run data/raw --out data/out     all stages, on a folder
      extract show bai-bao.txt                one article, in the terminal
      extract show bai-bao.txt --html b.html  the same as a page for a browser
      extract eval gold.jsonl --errors 5      precision, recall, F1, faults
      extract rules explain "Theo Kết luận số 12-KL/TU"
      extract doctor                          is all there that is needed?
      extract --install-completion            commands and options on the Tab key
    """
    gc.enable()  # see __main__


def nearest(word: str, known: Sequence[str]) -> str:
    """The known word most like ``word``."""
    return difflib.get_close_matches(word, known, 1, 0.0)[0]


# -- the whole way, and stage by stage ------------------------------------------------------------------


@app.command()
def run(
    inputs: Inputs,
    *,
    out: Annotated[str, typer.Option(help="Folder for the output, or its URI.", show_default=False)],
    workers: Workers = None,
    engine: Annotated[
        Engine, typer.Option(help="Where the stages run: on this machine, or on a Ray cluster.")
    ] = Engine.local,
    ray_address: Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT", help="The Ray cluster, or auto.  [default: one on this machine]", show_default=False
        ),
    ] = None,
    rules: RuleFolders = None,
    resume: Resume = False,
    overwrite: Overwrite = False,
    limit: Limit = None,
    quiet: Quiet = False,
    map_: Map = None,
    lang: Lang = Language.vi,
    no_ner: NoNer = False,
    no_report: Annotated[bool, typer.Option("--no-report", help="Tables alone, without report.html.")] = False,
    log: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Log to FILE, put aside at 10 MB.", show_default=False)
    ] = None,
    log_format: Annotated[LogFormat, typer.Option(help="Lines of text, or JSON objects.")] = LogFormat.text,
) -> None:
    """Every stage: articles in, the tables, manifest.json and report.html out.

    A bad article never stops a run: it goes to the table `rejects`.

    \b
    Examples:
      extract run data/raw --out data/out
      extract run 'tin/**/*.txt' news.jsonl.gz --out data/out --workers 8
      extract run crawl.warc.gz pages.zip fineweb.parquet --out data/out
      extract run crawl.parquet --map text=content --out data/out --resume
      zcat dump.jsonl.gz | extract run - --out data/out --overwrite
      extract run /shared/crawl --out /shared/out --engine ray --ray-address 10.0.0.1:6379
    """
    if ray_address and engine is not Engine.ray:
        raise Unusable("--ray-address goes with --engine ray")
    if resume and overwrite:
        raise Unusable("--resume keeps what is there and --overwrite replaces it; give one of them")
    from functools import partial

    from extract.engines import local
    from extract.engines.stop import Terminated, terminable
    from extract.files import is_uri, place, shown
    from extract.pipeline import Pipeline
    from extract.read import Position
    from extract.show.log import logging_to
    from extract.show.run import log_end, log_start, progress, summary
    from extract.show.terminal import console
    from extract.write.tables import keep_pandas_out

    keep_pandas_out()
    build = partial(Pipeline, tuple(rules or ()), ner=not no_ner)
    # Inputs and rules are looked at before anything is written: a fault in them leaves the output as it was.
    home = place(out)
    _outside(home, inputs)
    position = Position()
    items = _items(inputs, map_, limit, announce=not quiet, lang=lang, position=position)
    pipeline = build()
    run_on: Callable[..., RunSummary]
    if engine is Engine.ray:
        from extract.engines import ray

        factory = ray.Shipped.of(partial(Pipeline, ner=not no_ner), rules or ())
        run_on = partial(ray.run, items, factory, address=ray_address, workers=workers, say=_say)
    else:
        fork = sys.platform == "linux" and not any(map(is_uri, (out, *inputs)))
        factory_ = (lambda: pipeline) if fork else build
        run_on = partial(local.run, items, factory_, workers=workers or _cores(), fork=fork)
    try:
        with (
            terminable(),
            logging_to(log, as_json=log_format is LogFormat.json, quiet=quiet),
            log_start(list(map(shown, inputs)), home, pipeline.config_key),
            progress(quiet=quiet, position=position, limit=limit) as count,
        ):
            done = run_on(
                out=home,
                config_key=pipeline.config_key,
                versions=_versions(pipeline),
                inputs=list(map(shown, inputs)),
                overwrite=overwrite,
                resume=resume,
                progress=count,
            )
            log_end(done)
    except KeyboardInterrupt as stop:
        status = 143 if isinstance(stop, Terminated) else 130
        raise typer.Exit(_fail("stopped; the same command with --resume goes on from here", status)) from None
    page = _report_of_run(home) if isinstance(home, Path) and not no_report else None
    if not quiet:
        console().print(summary(done, page), soft_wrap=True)


def _say(line: str) -> None:
    print(f"extract: {line}", file=sys.stderr)


def _report_of_run(out: Path) -> Path | None:
    """Writes report.html; where that fails the run is whole all the same, and a warning is enough."""
    from extract.report import ReportError, write_report

    try:
        return write_report(out)
    except (ReportError, OSError) as error:
        print(f"extract: the tables are complete, report.html is not there: {error}", file=sys.stderr)
        return None


@app.command()
def segment(
    inputs: Inputs,
    *,
    out: Out,
    rules: RuleFolders = None,
    overwrite: Overwrite = False,
    limit: Limit = None,
    quiet: Quiet = False,
    map_: Map = None,
    lang: Lang = Language.vi,
) -> None:
    """Stage 1: articles, sentences and words.

    \b
    Examples (the four stages in turn give the tables of `extract run`):
      extract segment data/raw --out work
      extract tag work
      extract validate work
      extract write work --out data/out
    """
    from extract.show.run import progress
    from extract.write.stages import run_segment

    _outside(out, inputs)
    items = _items(inputs, map_, limit, announce=not quiet, lang=lang)
    pipeline = _pipeline(rules, ner=False)
    with progress(quiet=quiet) as count:
        made = run_segment(
            items,
            pipeline.segment,
            out,
            inputs=inputs,
            versions=_versions(pipeline),
            overwrite=overwrite,
            progress=count,
        )
    _say_next(f"{made}: sentences and words. Next: extract tag {out}", quiet)


Stage = Annotated[Path, typer.Argument(metavar="DIR", help="The folder that `extract segment` wrote.")]


@app.command()
def tag(directory: Stage, rules: RuleFolders = None, no_ner: NoNer = False, quiet: Quiet = False) -> None:
    """Stage 2: the mentions and their links, from what `extract segment` left in DIR.

    \b
    Example:
      extract tag work
    """
    from extract.show.run import progress
    from extract.write.stages import run_tag

    pipeline = _pipeline(rules, ner=not no_ner)
    with progress(quiet=quiet) as count:
        made = run_tag(directory, pipeline.tag, versions=_versions(pipeline), progress=count)
    _say_next(f"{made}: mentions and links. Next: extract validate {directory}", quiet)


@app.command()
def validate(directory: Stage, rules: RuleFolders = None, quiet: Quiet = False) -> None:
    """Stage 3: checked records, from what `extract tag` left in DIR.

    \b
    Example:
      extract validate work
    """
    from extract.show.run import progress
    from extract.write.stages import run_validate

    pipeline = _pipeline(rules, ner=False)
    with progress(quiet=quiet) as count:
        made = run_validate(directory, pipeline.validate, progress=count)
    _say_next(f"{made}: checked records. Next: extract write {directory} --out FOLDER", quiet)


@app.command()
def write(directory: Stage, out: Out, overwrite: Overwrite = False, quiet: Quiet = False) -> None:
    """Stage 4: the tables, from what `extract validate` left in DIR.

    \b
    Example:
      extract write work --out data/out
    """
    from extract.show.run import progress, summary
    from extract.show.terminal import console
    from extract.write.stages import run_write

    with progress(quiet=quiet) as count:
        done = run_write(directory, out, overwrite=overwrite, progress=count)
    if not quiet:
        console().print(summary(done), soft_wrap=True)


@app.command()
def export(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="An output dataset: what `extract run` wrote.")],
    *,
    format_: Annotated[ExportFormat, typer.Option("--format", help="Of what to make.", show_default=False)],
    out: Annotated[Path, typer.Option(help="The file (brat, hf: the folder) to write.", show_default=False)],
    table: Annotated[
        str | None, typer.Option(help="csv, jsonl: this table as it is, such as officials.", show_default=False)
    ] = None,
    as_: Annotated[
        ExportAs, typer.Option("--as", help="label-studio: what annotators have made, or what they start from.")
    ] = ExportAs.annotations,
    excel: Annotated[bool, typer.Option("--excel", help="csv: for spreadsheet programs.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what is already there.")] = False,
    quiet: Quiet = False,
) -> None:
    """An output dataset for other tools: tables, training data, annotation tools, databases.

    \b
    Examples:
      extract export data/out --format csv --out mentions.csv
      extract export data/out --format csv --table officials --out officials.csv
      extract export data/out --format label-studio --as predictions --out tasks.json
      extract export data/out --format spacy --out train.spacy
      extract export data/out --format duckdb --out news.duckdb
    """
    formats = ExportFormat
    for option, given, where in (
        ("--table", table, (formats.csv, formats.jsonl)),
        ("--as predictions", as_ is ExportAs.predictions, (formats.label_studio,)),
        ("--excel", excel, (formats.csv,)),
    ):
        if given and format_ not in where:
            raise Unusable(f"{option} goes with --format {' or '.join(where)}, not with {format_}")
    from extract.export import NEXT, config_path
    from extract.export import export as write_out

    predictions = as_ is ExportAs.predictions
    said = write_out(
        directory, format_, out, table=table, predictions=predictions, excel=excel, overwrite=overwrite
    )  # fmt: skip
    _say_next(f"{out}: {said}. Next: {NEXT[format_].format(out=out, config=config_path(out))}", quiet)


@app.command()
def verify(
    directory: Annotated[str, typer.Argument(metavar="DIR", help="An output dataset, or its URI.")],
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[INPUT]...", help="What was read: each record of it must be an article or a reject."),
    ] = None,
    map_: Map = None,
) -> int:
    """Nothing lost: every input is an article or a reject, every offset and reference holds, counts and files match.

    Exit 1 with the first ten violations where something does not hold.

    \b
    Examples:
      extract verify data/out
      extract verify data/out data/raw
    """
    from extract.files import place
    from extract.show.verify import report

    return report(place(directory), _items(inputs, map_, None) if inputs else None)


def _cores() -> int:
    """Cores that this process may use: in a container, fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _pipeline(rules: Sequence[Path] | None, *, ner: bool) -> Pipeline:
    from extract.pipeline import Pipeline

    return Pipeline(tuple(rules or ()), ner=ner)


def _items(
    inputs: Sequence[str],
    map_: Sequence[str] | None,
    limit: int | None,
    announce: bool = False,
    lang: Language = Language.any,
    position: Position | None = None,
) -> Iterator[Any]:
    """The records behind ``inputs``, those still to be read as such. Raises InputError at once."""
    from itertools import islice

    from extract.read import find_records

    say = (lambda line: print(line, file=sys.stderr)) if announce else None
    found = find_records(inputs, mapping=mapping(map_ or ()), lang=lang.value, say=say, position=position)
    items = islice(found, limit)
    return _announced(items, inputs, position, announce) if announce or position else items


def _outside(out: Place, inputs: Sequence[str]) -> None:
    """Raises Unusable where the run would read what it writes."""
    from extract.files import shown

    for given in inputs:
        if isinstance(out, Path):
            inside = Path(given).is_dir() and out.resolve().is_relative_to(Path(given).resolve())
        else:
            inside = f"{out}/".startswith(f"{shown(given).rstrip('/')}/")
        if inside:
            raise Unusable(f"--out {out} lies in the input folder {given}, and would be read as input")


def _announced(items: Iterator[Any], inputs: Sequence[str], position: Position | None, aloud: bool) -> Iterator[Any]:
    """Says on stderr how much there is to read, and what is left alone, when the first item is asked for."""
    from extract.read import count_inputs

    size = count_inputs(inputs)
    if position is not None and "-" not in inputs:
        position.total = size.bytes
    if aloud and any(given != "-" for given in inputs):
        skipped = f"; {size.skipped:,} files of other formats are left alone" if size.skipped else ""
        print(f"{size.files:,} files, {size.bytes / 1e6:,.1f} MB{skipped}", file=sys.stderr)
    yield from items


def mapping(pairs: Sequence[str]) -> dict[str, str]:
    """``["text=content"]`` -> ``{"text": "content"}``."""
    made: dict[str, str] = {}
    for pair in pairs:
        field, equals, name = pair.partition("=")
        if not equals or not name:
            raise Unusable(f"--map {pair}: write FIELD=NAME, such as text=content")
        made[field] = name
    return made


def _versions(pipeline: Pipeline) -> dict[str, str]:
    from extract.tag.ner import model_hash

    return {"rules": pipeline.rules.hash, "model": model_hash() if pipeline.ner else ""}


def _say_next(line: str, quiet: bool) -> None:
    if not quiet:
        print(line)


# -- evaluation -----------------------------------------------------------------------------------------


@app.command(name="eval")
def evaluate(
    gold: Annotated[
        list[str], typer.Argument(metavar="GOLD", help="Annotated articles: a file, or a folder of brat or spaCy.")
    ],
    *,
    out: Annotated[
        Path | None, typer.Option(help="Score this output dataset instead of running.", show_default=False)
    ] = None,
    min_: Annotated[
        list[str] | None,
        typer.Option("--min", metavar="LABEL=FIGURE", help="Exit 1 where a figure is below this. Repeatable."),
    ] = None,
    errors: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="N",
            help="Show up to N faults of each label and kind; with --compare, N changes instead of all.",
            show_default=False,
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write every fault, by label and cause, to a page.", show_default=False),
    ] = None,
    compare: Annotated[
        tuple[Path, Path] | None,
        typer.Option(metavar="OLD NEW", help="What the output NEW gained and lost beside OLD.", show_default=False),
    ] = None,
    format_: Annotated[
        Format, typer.Option("--format", help="How to print the figures; github: and every fault in its place.")
    ] = Format.table,
    junit: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the outcome as JUnit XML.", show_default=False),
    ] = None,
    gold_format: Annotated[
        GoldFormat | None, typer.Option(help="What GOLD is in.  [default: what it looks like]", show_default=False)
    ] = None,
    gold_label: Annotated[
        list[str] | None,
        typer.Option(metavar="LABEL=NAME", help="A label's name in GOLD: person=PER, ignore=ORG. Repeatable."),
    ] = None,
    rules: RuleFolders = None,
    no_ner: NoNer = False,
) -> int:
    """Precision, recall and F1 per label, on annotated articles.

    person, title, document, coded and figure count a span where start and end are right; title~ any overlap;
    holder the title's span and its holder; value the figure's span, quantity and value. The other figures are
    the share of attributes that are right where the span is.

    \b
    Examples:
      extract eval tests/gold/dev.jsonl
      extract eval gold.jsonl --out data/out --errors 10
      extract eval gold.jsonl --html errors.html
      extract eval gold.jsonl --min person=0.95 --min coded=0.99
      extract eval gold.jsonl --format github --junit junit.xml --min person=0.95
      extract eval exported-by-label-studio.json --gold-label person=PER
      extract eval --compare out/old out/new gold.jsonl
    """
    # `--min person=0.95 title=0.9` leaves the second to the arguments.
    more = [word for word in gold if re.fullmatch(r"[a-z~]+=[\d.]+", word)] if min_ else []
    paths = [word for word in gold if word not in more]
    if len(paths) != 1:
        raise Unusable(f"eval takes one file of annotations; got {', '.join(paths) or 'none'}")
    least = minima([*(min_ or ()), *more])
    for option, page in (("--html", html), ("--junit", junit)):
        if page is not None:
            _writable(page, Path(paths[0]), "the annotations", option)
    if compare is not None:
        others = {"--out": out, "--min": least, "--html": html, "--rules": rules, "--no-ner": no_ner}
        others |= {"--junit": junit, "--format github": format_ is Format.github}
        if given := [name for name, value in others.items() if value]:
            raise Unusable(f"--compare sets two outputs side by side; it does not go with {', '.join(given)}")

    from extract.evaluate import read_gold, score

    articles = read_gold(Path(paths[0]), gold_format, label_names(gold_label or ()))
    if compare is not None:
        _print_comparison(articles, *compare, errors, format_)
        return 0
    scores = score(articles, _predicted(articles, out, rules, ner=not no_ner))
    from extract.evaluate import checks
    from extract.evaluate.report import as_json, as_text

    if format_ is Format.json:
        print(as_json(scores, errors or 0))
    elif format_ is Format.github:
        _to_github(scores, articles, least, 10 if errors is None else errors)
    else:
        print(as_text(scores, errors or 0, markdown=format_ is Format.markdown))
    if html is not None:
        from extract.evaluate.page import as_html

        of = Path(paths[0]).name if out is None else f"{Path(paths[0]).name} · {out}"
        html.write_text(as_html(scores, articles, of), encoding="utf-8")
        print(f"{html}: faults: {len(scores.faults):,}", file=sys.stderr)
    if junit is not None:
        junit.write_text(checks.junit(scores, articles, least), encoding="utf-8")
    below = checks.below(scores, least)
    for line in below.values():
        print(f"extract: {line}", file=sys.stderr)
    return 1 if below else 0


def _writable(page: Path, source: Path, what: str, option: str = "--html") -> None:
    """Raises Unusable, before the work is done, where a page cannot be written, or would replace what it is made of."""
    if page.is_dir() or not page.parent.is_dir():
        why = "is a folder" if page.is_dir() else f"no folder {page.parent}"
        raise Unusable(f"{option} {page}: {why}; name a file")
    if page.resolve() == source.resolve():
        raise Unusable(f"{option} {page}: would replace {what}")


def _to_github(scores: Scores, articles: Sequence[GoldArticle], least: Mapping[str, float], errors: int) -> None:
    """Workflow commands and the figures on stdout; the figures on the page of the run too, where there is one."""
    from extract.evaluate import checks
    from extract.evaluate.report import as_text

    for command in checks.github(scores, articles, least, errors):
        print(command)
    print(as_text(scores))
    if page := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(page).open("a", encoding="utf-8") as summary:
            summary.write(as_text(scores, markdown=True) + "\n")


def label_names(pairs: Sequence[str]) -> dict[str, str]:
    """``["person=PER"]`` -> ``{"PER": "person"}``. Raises Unusable for a label that there is not."""
    from extract.evaluate.formats import IGNORE
    from extract.evaluate.gold import LABELS

    made: dict[str, str] = {}
    for pair in pairs:
        label, equals, name = pair.partition("=")
        if label not in (*LABELS, IGNORE):
            raise Unusable(f"--gold-label {pair}: no label {label!r}; there are {', '.join(LABELS)}, and {IGNORE}")
        if not equals or not name:
            raise Unusable(f"--gold-label {pair}: write LABEL=NAME, such as {label}=PER")
        made[name] = label
    return made


def _predicted(
    articles: Sequence[GoldArticle], out: Path | None, rules: Sequence[Path] | None, *, ner: bool
) -> Mapping[str, Predicted]:
    """What an output dataset holds of the annotated articles, or else what the pipeline makes of them now."""
    from extract.evaluate import from_dataset, from_records

    if out is not None:
        return from_dataset(out, articles)
    from extract.read import article_from_text
    from extract.records import Reject
    from extract.write.shards import run_article

    pipeline = _pipeline(rules, ner=ner)
    predicted = {}
    for article in articles:
        result = run_article(pipeline, article_from_text(article.text, article.id))
        if isinstance(result, Reject):
            print(f"extract: {article.id}: {result.message}", file=sys.stderr)
        else:
            predicted[article.id] = from_records(result)
    return predicted


def _print_comparison(
    articles: Sequence[GoldArticle], old: Path, new: Path, errors: int | None, format_: Format
) -> None:
    from extract.evaluate import compare, from_dataset, score
    from extract.evaluate.report import comparison_json, comparison_text

    before, after = (score(articles, from_dataset(out, articles)) for out in (old, new))
    compared = compare(before, after, articles)
    if format_ is Format.json:
        print(comparison_json(compared, errors))
    else:
        print(comparison_text(compared, errors, markdown=format_ is Format.markdown))


def minima(pairs: Sequence[str]) -> dict[str, float]:
    """``["person=0.95"]`` -> ``{"person": 0.95}``. Raises Unusable for a label that there is not."""
    from extract.evaluate.score import MEASURES, SHARES

    known = (*MEASURES, *SHARES)
    made: dict[str, float] = {}
    for pair in (part for text in pairs for part in re.split(r"[,\s]+", text) if part):
        label, _, figure = pair.partition("=")
        if label not in known:
            raise Unusable(f"--min {pair}: no label {label!r}; nearest: {nearest(label, known)}")
        try:
            made[label] = float(figure)
        except ValueError:
            raise Unusable(f"--min {pair}: write LABEL=FIGURE, such as {label}=0.95") from None
        if not 0 <= made[label] <= 1:
            raise Unusable(f"--min {pair}: a figure lies between 0 and 1")
    return made


# -- rules ----------------------------------------------------------------------------------------------


@rules_app.callback()
def _rules() -> None:
    """Check the rules, and see which of them fire on a text.

    \b
    Examples:
      extract rules check my_rules/
      extract rules explain "Theo Kết luận số 12-KL/TU"
    """


@rules_app.command(name="check")
def rules_check(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="A folder of your own rules, checked on top of the built-in ones."),
    ] = None,
) -> int:
    """Every rule file is well-formed, every rule's own examples hold, no pattern can hang.

    \b
    Examples:
      extract rules check
      extract rules check my_rules/
    """
    from extract.read import article_from_text
    from extract.rules import Rules
    from extract.rules.check import Tag, check
    from extract.segment import build_segmenter
    from extract.tag import build_tagger

    def build(rules: Rules) -> Tag:
        segment, tag = build_segmenter(rules), build_tagger(rules, ner=False)
        return lambda text: tag(segment(article_from_text(text)))

    checked = check([folder] if folder else [], build)
    for finding in checked.findings:
        print(finding)
    errors = sum(f.severity == "error" for f in checked.findings)
    counts = ", ".join(f"{getattr(checked, name)} {name}" for name in ("files", "lexicons", "rules", "examples"))
    print(f"{counts}: {errors} errors, {len(checked.findings) - errors} warnings")
    return 1 if checked.failed else 0


@rules_app.command(name="explain")
def rules_explain(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A sentence or more; - for stdin.")],
    rules: RuleFolders = None,
    no_ner: NoNer = False,
) -> None:
    """Which rules fire where in TEXT, what each yields, and which matched but yielded nothing, and why.

    \b
    Examples:
      extract rules explain "Ông Lò Văn Mẫu, Bí thư Huyện ủy, dẫn Kết luận số 12-KL/TU."
      extract rules explain - < bai-bao.txt
    """
    from extract.read import article_from_text
    from extract.rules.explain import explain
    from extract.show.terminal import console, firings

    pipeline = _pipeline(rules, ner=not no_ner)
    article = article_from_text(sys.stdin.read() if text == "-" else text)
    console().print(firings(explain(pipeline.rules, pipeline.tag(pipeline.segment(article)))))


# -- schemas and the view -------------------------------------------------------------------------------


@app.command()
def schema(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 where a file differs.")] = False,
    folder: Annotated[Path, typer.Option("--dir", help="The folder of the schemas.")] = Path("schemas"),
) -> int:
    """Writes the JSON Schemas of records and rule files, the Arrow schemas of the tables, and a page of all columns.

    \b
    Examples:
      extract schema
      extract schema --check
    """
    from extract.write.schemas import check_schemas, write_schemas

    if check:
        differences = check_schemas(folder)
        for line in differences:
            print(line)
        return 1 if differences else 0
    print("\n".join(map(str, write_schemas(folder))))
    return 0


@app.command()
def show(
    target: Annotated[str, typer.Argument(help="A file, FILE#n, - for stdin, or DIR#article of an output dataset.")],
    html: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write a page for a browser instead; it needs no network.", show_default=False
        ),
    ] = None,
    rules: RuleFolders = None,
    no_ner: NoNer = False,
    map_: Map = None,
) -> None:
    """One article with its mentions highlighted and in a table. A dataset alone: which articles it holds.

    \b
    Examples:
      extract show bai-bao.txt
      extract show bai-bao.txt --html bai-bao.html
      extract show news.jsonl#3
      extract show data/out
      extract show data/out#3fa0
      extract show data/out#tin/bai-bao.txt
    """
    if html is not None:
        _writable(html, Path(target.rpartition("#")[0] or target), "the article")
    from extract.show import target as targets
    from extract.show.terminal import console, render

    screen = console()
    path, wanted = targets.split(target)
    if Path(path).is_dir():
        if not wanted:
            if html is not None:
                raise Unusable(f"--html {html}: shows one article; name it as {path}#article")
            for row in targets.articles(Path(path)):
                screen.print(targets.heading(row), soft_wrap=True)
            return
        found = targets.from_folder(Path(path), wanted)
    else:
        from extract.read import read_inputs

        items = read_inputs([path], mapping=mapping(map_ or ()))
        found = targets.from_items(items, wanted, _pipeline(rules, ner=not no_ner))
    if html is None:
        screen.print(render(found.heading, found.text, found.rows, colour=screen.color_system is not None))
        return
    from extract.rules import load_rules
    from extract.show.page import as_html

    html.write_text(as_html(found, load_rules(*(rules or ())).rules), encoding="utf-8")
    print(f"{html}: {sum(map(len, found.rows.values())):,} mentions", file=sys.stderr)


@app.command()
def report(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The output dataset of a run.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write it.  [default: DIR/report.html]")
    ] = None,
) -> None:
    """A page for a browser: what was processed, rejects, officials, documents, figures, provinces, with examples.

    It needs no network and little memory, whatever the size of the dataset. `extract run` writes it by itself.

    \b
    Examples:
      extract report data/out
      extract report data/out --out week-12.html
    """
    from extract.report import write_report

    if out is not None:
        _writable(out, directory / "manifest.json", "the manifest", "--out")
    print(write_report(directory, out))


@app.command()
def doctor(
    rules: RuleFolders = None,
    format_: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.table,
) -> int:
    """Versions, person model, rules, and which optional parts are installed. Exit 1 where something is missing.

    \b
    Examples:
      extract doctor
      extract doctor --rules my_rules/
      extract doctor --format json
    """
    from extract.doctor import as_json, as_text, examine

    found = examine(rules or ())
    print(as_json(found) if format_ is Format.json else as_text(found, markdown=format_ is Format.markdown))
    return 0 if found.well else 1
