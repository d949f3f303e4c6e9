"""The rule language: what a file may hold, how folders add up, what faults say, what the check finds."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from extract.records import Article, Document, Figure, Person, Segmented, Sentence, Tagged, Title
from extract.rules import RuleError, Rules, load_rules
from extract.rules import check as checks
from extract.rules.check import Checked, check, check_speed
from extract.rules.explain import explain
from extract.rules.model import RuleFile

BASE = r"""
[[lexicon]]
id = "loai.dang"
description = "Type nouns of the Party"
[lexicon.entries]
"Kết luận" = ["KL"]
"Chỉ thị" = { variants = ["chỉ thị"], assign = { short = "CT" } }

[[lexicon]]
id = "loai.khac"
description = "Other type nouns"
entries = ["Thông báo", "Thành uỷ"]

[[rule]]
id = "doc.coded"
description = "Number, type and issuer: 12-KL/TU"
label = "document"
pattern = '(?P<type>{loai})\ số\ (?P<code>\d{1,4}-\p{Lu}{2}/\p{Lu}{2})'
exclude = [{ pattern = 'dự\ thảo\s*$', side = "before", window = 12 }]
examples = [
  { text = "Theo Kết luận số 12-KL/TU.", expect = [{ text = "Kết luận số 12-KL/TU", code = "12-KL/TU" }] },
  { text = "Cho ý kiến vào dự thảo Kết luận số 12-KL/TU.", expect = [] },
]
"""


@pytest.fixture
def builtin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Writes the folder that stands for the built-in rules: ``base.toml`` and what is given."""
    folder = tmp_path / "builtin"
    folder.mkdir()
    monkeypatch.setattr("extract.rules.load.builtin_folder", lambda: folder)
    monkeypatch.setattr("extract.rules.check.builtin_folder", lambda: folder)

    def write(base: str = BASE, **files: str) -> Path:
        (folder / "base.toml").write_text(base, encoding="utf-8")
        for name, text in files.items():
            (folder / f"{name}.toml").write_text(text, encoding="utf-8")
        return folder

    return write


def line_of(path: Path, needle: str) -> int:
    return next(n for n, line in enumerate(path.read_text("utf-8").splitlines(), 1) if needle in line)


# -- load -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "typo", "key", "nearest"),
    [
        ('label = "document"', 'lable = "document"', "lable", "label"),
        ('description = "Other', 'descripton = "Other', "descripton", "description"),
        ('side = "before"', 'sides = "before"', "sides", "side"),
        ("window = 12", "windo = 12", "windo", "window"),
        ("variants = [", "varients = [", "varients", "variants"),
        ("expect = []", "expects = []", "expects", "expect"),
        ("[[rule]]", "[[rules]]", "rules", "rule"),
    ],
)
def test_an_unknown_key_is_named_with_file_line_and_nearest_key(
    builtin: Callable[..., Path], right: str, typo: str, key: str, nearest: str
) -> None:
    assert BASE.count(right) == 1
    path = builtin(BASE.replace(right, typo)) / "base.toml"
    with pytest.raises(RuleError) as raised:
        load_rules()
    message = str(raised.value)
    assert message.startswith(f"{path}:{line_of(path, typo)}: unknown key '{key}'")
    assert message.endswith(f"nearest: {nearest}")
    assert "\n" not in message


@pytest.mark.parametrize(
    ("right", "wrong", "needle", "said"),
    [
        ("{loai}", "{loia}", None, "no lexicon 'loia'; nearest: loai"),
        (r"(?P<code>", r"(?P<code", None, "in pattern"),
        ('label = "document"', 'label = "dokument"', 'label = "dokument"', "'document'"),
        ("window = 12", "window = 0", "window = 0", "greater than 0"),
        ('id = "doc.coded"', 'id = "Doc coded"', 'id = "Doc coded"', "pattern"),
        ('entries = ["Thông báo", ', 'entries = ["Thông báo" ', 'entries = ["Thông báo" ', "line"),
        ('"Thông báo"', '" Thông báo"', None, "' Thông báo' is empty, padded or not NFC"),
        ('"Thông báo"', unicodedata.normalize("NFD", '"Thông báo"'), None, "not NFC"),
    ],
)
def test_a_fault_says_where_it_is(
    builtin: Callable[..., Path], right: str, wrong: str, needle: str | None, said: str
) -> None:
    assert BASE.count(right) == 1
    path = builtin(BASE.replace(right, wrong)) / "base.toml"
    with pytest.raises(RuleError) as raised:
        load_rules()
    message = str(raised.value)
    assert message.startswith(f"{path}:{line_of(path, needle)}:" if needle else f"{path}:")
    assert said in message
    assert "\n" not in message


def test_an_id_may_be_defined_once_in_a_folder(builtin: Callable[..., Path]) -> None:
    folder = builtin(twice=BASE)
    with pytest.raises(RuleError, match=r"twice\.toml:\d+: 'loai.dang' is defined twice, first in base\.toml"):
        load_rules()
    (folder / "twice.toml").unlink()
    assert set(load_rules().lexicons) == {"loai.dang", "loai.khac"}


def test_a_file_that_is_not_utf8(builtin: Callable[..., Path]) -> None:
    (builtin() / "cp1258.toml").write_bytes("# Tỉnh".encode("utf-16"))
    with pytest.raises(RuleError, match=r"cp1258\.toml: not UTF-8 at byte 0"):
        load_rules()


def test_missing_and_empty_folders(builtin: Callable[..., Path], tmp_path: Path) -> None:
    builtin()
    with pytest.raises(RuleError, match="nowhere: not a folder"):
        load_rules(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(RuleError, match=r"empty: no \.toml file"):
        load_rules(tmp_path / "empty")


def test_a_later_folder_adds_and_overrides(builtin: Callable[..., Path], tmp_path: Path) -> None:
    builtin()
    own = tmp_path / "own"
    own.mkdir()
    override = (
        BASE[BASE.index("[[rule]]") :]
        .replace("{loai})\\ số", "{loai})\\ (?:số|no)")
        .replace('"document"', '"document"\nconfidence = 0.5')
    )
    (own / "own.toml").write_text(
        '[[lexicon]]\nid = "loai.xa"\ndescription = "Commune types"\nentries = ["Tờ trình"]\n' + override,
        "utf-8",
    )
    before, after = load_rules(), load_rules(own)
    assert [r.id for r in after.rules.values()] == ["doc.coded"]
    assert (before.rule("doc.coded").confidence, after.rule("doc.coded").confidence) == (1.0, 0.5)
    assert after.rule("doc.coded").source == str(own / "own.toml")
    assert "Tờ trình" in after.forms("loai") and "Tờ trình" not in before.forms("loai")
    text = "Tờ trình số 5-TT/TU"
    assert [m[0] for m in after.rule("doc.coded").finditer(text)] == [text]


def test_the_hash_is_of_the_content(builtin: Callable[..., Path]) -> None:
    folder = builtin()
    first = load_rules().hash
    assert load_rules().hash == first
    builtin(BASE.replace("Thông báo", "Công văn"))
    assert load_rules().hash != first
    builtin(BASE.replace('entries = ["Thông báo", "Thành uỷ"]', 'file = "loai.txt"'))
    (folder / "loai.txt").write_text("# a comment\nThông báo\n\nTờ trình\n", "utf-8")
    listed = load_rules()
    assert listed.forms("loai.khac") == {"Thông báo", "Tờ trình"}
    (folder / "loai.txt").write_text("Thông báo\n", "utf-8")
    assert load_rules().hash != listed.hash


@pytest.mark.parametrize("name", ["../loai.txt", "/etc/hostname", "missing.txt"])
def test_a_list_file_lies_beside_its_toml(builtin: Callable[..., Path], name: str) -> None:
    builtin(BASE.replace('entries = ["Thông báo", "Thành uỷ"]', f'file = "{name}"'))
    with pytest.raises(RuleError, match=r"base\.toml: lexicon 'loai.khac'"):
        load_rules()


def test_lexicons_by_prefix_and_what_a_form_means(builtin: Callable[..., Path]) -> None:
    builtin()
    rules = load_rules()
    assert rules.forms("loai") == rules.forms("loai.dang") | rules.forms("loai.khac")
    assert (rules.lexicon("loai")["KL"].canonical, dict(rules.lexicon("loai")["chỉ thị"].assign)) == (
        "Kết luận",
        {"short": "CT"},
    )
    assert "Thành ủy" in rules.forms("loai.khac"), "forms are kept as texts are matched"
    with pytest.raises(RuleError, match=r"no lexicon 'loai\.dag'; nearest: loai\.dang"):
        rules.lexicon("loai.dag")
    with pytest.raises(RuleError, match=r"no rule 'doc\.code'; nearest: doc\.coded"):
        rules.rule("doc.code")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kết luận số 7-KL/TU", 1),
        ("dự thảo Kết luận số 7-KL/TU", 0),
        ("dự thảo\nKết luận số 7-KL/TU", 1),  # context ends with the line
        ("dự thảo      Kết luận số 7-KL/TU", 1),
        ("dự thảo     Kết luận số 7-KL/TU", 0),
        ("dự thảo của ban: Kết luận số 7-KL/TU", 1),
    ],
)
def test_context_is_within_its_window_and_line(builtin: Callable[..., Path], text: str, found: int) -> None:
    builtin()
    assert len(list(load_rules().rule("doc.coded").finditer(text))) == found


def test_requires_is_tried_before_the_pattern(builtin: Callable[..., Path]) -> None:
    builtin(BASE.replace('label = "document"', 'label = "document"\nrequires = ["Tỉnh"]'))
    rule = load_rules().rule("doc.coded")
    assert not list(rule.finditer("Kết luận số 7-KL/TU"))
    assert len(list(rule.finditer("Kết luận số 7-KL/TU của Tỉnh"))) == 1


def test_a_pattern_that_runs_away_is_stopped(builtin: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    builtin(BASE.replace(r"(?P<type>{loai})\ số", r"(?P<type>(?:\d+\s*)+x)"))
    monkeypatch.setattr("extract.rules.load.PATTERN_TIMEOUT", 0.05)
    with pytest.raises(TimeoutError):
        list(load_rules().rule("doc.coded").finditer("1" * 20_000 + "- x 1-KL/TU"))


def test_models_refuse_what_they_do_not_know() -> None:
    rule = {"id": "a.b", "description": "", "label": "person", "examples": [{"text": "x", "expect": []}]}
    assert RuleFile.model_validate({"rule": [rule]}).rule[0].confidence == 1.0
    for wrong in ({"examples": []}, {"confidence": 0}, {"confidence": 1.5}, {"id": "a..b"}, {"more": 1}):
        with pytest.raises(ValidationError):
            RuleFile.model_validate({"rule": [rule | wrong]})


# -- check ----------------------------------------------------------------------------------------------


def build(rules: Rules) -> Callable[[str], Tagged]:
    """A tagger that takes every match of a document rule for a mention."""

    def tag(text: str) -> Tagged:
        article = Article(article_id="0" * 16, source="example", text_hash="0" * 16, text=text)
        documents = tuple(
            Document(
                start=m.start(),
                end=m.end(),
                rule=rule.id,
                kind="coded",
                code=m["code"],
                date=date(2024, 5, 7),
            )
            for rule in rules.labelled("document")
            for m in rule.finditer(text)
        )
        return Tagged(Segmented(article, (Sentence(0, len(text), "body", ()),)), documents=documents)

    return tag


def found(checked: Checked, severity: str = "error") -> list[str]:
    return [str(f) for f in checked.findings if f.severity == severity]


def test_sound_rules_pass(builtin: Callable[..., Path]) -> None:
    builtin()
    checked = check([], build)
    assert not checked.findings and not checked.failed
    assert (checked.files, checked.lexicons, checked.rules, checked.examples) == (1, 2, 1, 2)


@pytest.mark.parametrize(
    ("right", "wrong", "needle", "said"),
    [
        (
            'code = "12-KL/TU"',
            'code = "13-KL/TU"',
            "Theo Kết luận",
            "got code '12-KL/TU' where '13-KL/TU' is expected",
        ),
        (
            'code = "12-KL/TU"',
            'date = "2024-05-08"',
            "Theo Kết luận",
            "date 2024-05-07 where '2024-05-08' is",
        ),
        (
            'code = "12-KL/TU"',
            'cod = "12-KL/TU"',
            "Theo Kết luận",
            "no column 'cod' in documents; nearest: code",
        ),
        ('code = "12-KL/TU"', 'issuer = "tỉnh"', "Theo Kết luận", "got issuer none where 'tỉnh' is expected"),
        ("expect = []", 'expect = [{ text = "12-KL" }]', "Cho ý kiến", "expected '12-KL'; got none"),
        ("vào dự thảo Kết", "vào Kết", "Cho ý kiến", "expected no mention; got 'Kết luận số 12-KL/TU'"),
    ],
)
def test_an_example_that_does_not_hold(
    builtin: Callable[..., Path], right: str, wrong: str, needle: str, said: str
) -> None:
    assert BASE.count(right) == 1
    path = builtin(BASE.replace(right, wrong)) / "base.toml"
    checked = check([], build)
    (message,) = found(checked)
    assert checked.failed
    assert message.startswith(f"{path}:{line_of(path, needle)}: rule 'doc.coded': ")
    assert said in message


@pytest.mark.parametrize(
    ("key", "value", "same", "other"),
    [
        ("value", Decimal("1200000.00"), "1200000", "1200001"),
        ("value", Decimal("1200000"), 1200000, "một triệu"),
        ("unit", None, "", "%"),
        ("quantity", "money", "money", "count"),
    ],
)
def test_values_are_compared_as_columns_hold_them(key: str, value: object, same: object, other: object) -> None:
    mention = Figure(start=0, end=1, **({"quantity": "count"} | {key: value}))  # type: ignore[arg-type]
    assert checks._same(same, getattr(mention, key))
    assert not checks._same(other, getattr(mention, key))


def test_lists_and_holders_are_compared_as_text() -> None:
    text = "Đại tá, TS Hồ Văn Mẫu, Giám đốc Sở Y tế"
    person = Person(start=11, end=21, rule="p", ranks=("Đại tá", "TS"))
    title = Title(start=23, end=39, rule="t", holder=0)
    article = Article(article_id="0" * 16, source="x", text_hash="0" * 16, text=text)
    tagged = Tagged(Segmented(article, ()), persons=(person,), titles=(title,))
    assert checks._column(title, "holder", tagged) == "Hồ Văn Mẫu"
    assert checks._column(title, "text", tagged) == "Giám đốc Sở Y tế"
    assert checks._same(["Đại tá", "TS"], person.ranks) and not checks._same(["TS", "Đại tá"], person.ranks)
    assert checks._same([], ()) and not checks._same(["TS"], ())


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        (
            '[lexicon.entries]\n"Kế hoạch" = ["KH"]\n"Khế ước" = ["KH"]',
            "'KH' is there twice, with two meanings: 'Kế hoạch' and 'Khế ước'",
        ),
        (
            'entries = ["Kế  hoạch"]',
            "'Kế  hoạch' can never match: texts are matched with single spaces; write 'Kế hoạch'",
        ),
        ('entries = ["Kế\\u200bhoạch"]', "can never match"),
        ('entries = ["Kế\\nhoạch"]', "can never match"),
        ('entries = ["Kế hoạch "]', "'Kế hoạch ' is empty, padded or not NFC"),
        ("entries = []", "has no entries"),
    ],
)
def test_lexicon_lints(builtin: Callable[..., Path], entries: str, said: str) -> None:
    lexicon = f'[[lexicon]]\nid = "loai.moi"\ndescription = "New"\n{entries}\n'
    folder = builtin(more=lexicon)
    (message,) = found(check([], build))
    assert message.startswith(f"{folder / 'more.toml'}:")
    assert "lexicon 'loai.moi'" in message and said in message


@pytest.mark.parametrize(
    ("entries", "line", "said"),
    [
        ('entries = [\n "Đề án",\n "Kế hoạch",\n "Đề án" ]', 7, "'Đề án' is there twice"),
        ('entries = ["Thành ủy",\n "Thành uỷ"]', 5, "'Thành uỷ' is 'Thành ủy' again, but for the tone mark"),
        ('[lexicon.entries]\n"Kế hoạch" = ["KH",\n "KH"]', 6, "'KH' is there twice"),
    ],
)
def test_a_harmless_repetition_is_a_warning(builtin: Callable[..., Path], entries: str, line: int, said: str) -> None:
    folder = builtin(more=f'[[lexicon]]\nid = "loai.moi"\ndescription = "New"\n{entries}\n')
    checked = check([], build)
    assert found(checked, "warning") == [f"{folder / 'more.toml'}:{line}: warning: lexicon 'loai.moi': {said}"]
    assert not checked.failed


def test_a_lexicon_that_nothing_uses_is_a_warning(builtin: Callable[..., Path]) -> None:
    folder = builtin(more='[[lexicon]]\nid = "tinh"\ndescription = "Provinces"\nentries = ["Sơn La"]\n')
    checked = check([], build)
    assert found(checked, "warning") == [f"{folder / 'more.toml'}:2: warning: lexicon 'tinh' is used nowhere"]
    assert not checked.failed

    def asks(rules: Rules) -> Callable[[str], Tagged]:
        rules.forms("tinh")
        return build(rules)

    def compiles(rules: Rules) -> Callable[[str], Tagged]:
        rules.compile(r"tỉnh\ {tinh}")
        return build(rules)

    assert not check([], asks).findings
    assert not check([], compiles).findings


@pytest.mark.parametrize(
    ("pattern", "slow"),
    [
        (r"(?P<code>(?:\d+\s*)+-KL)", True),
        (r"(?P<code>(?:\w+\ ?)*/TU)", True),
        (r"Kết\ luận\ (?P<code>(?:\p{L}+\s?)+-)", True),  # slow only after its own beginning
        (r"(?P<code>(?:a|a)+b)", True),
        (r"(?P<code>\d{1,4}-\p{Lu}{2,6}/\p{Lu}{2,6})", False),
        (r"(?P<code>(?:\d++\s?){1,9}+-KL)", False),
    ],
)
def test_patterns_that_backtrack_without_end(builtin: Callable[..., Path], pattern: str, slow: bool) -> None:
    rule = BASE[BASE.index("[[rule]]") : BASE.index("pattern =")] + f"pattern = '{pattern}'\n"
    example = 'examples = [{ text = "Kết luận aab-KL, 12-KL/TU", expect = [] }]\n'
    folder = builtin(rule + example)
    rule_ = load_rules().rule("doc.coded")
    file = next(
        checks._File(p, p.read_text("utf-8"), checks.parse_file(p, p.read_bytes())) for p in [folder / "base.toml"]
    )
    findings = [str(f) for f in check_speed(rule_, file, limit=0.2)]
    assert bool(findings) == slow
    if slow:
        assert findings[0].startswith(f"{folder / 'base.toml'}:{line_of(folder / 'base.toml', 'pattern =')}: ")
        assert "over 0.2 s" in findings[0]


def test_every_malformed_file_is_reported(builtin: Callable[..., Path]) -> None:
    builtin(one="[[rule]]\nidd = 1\n", two="not toml")
    first, second = found(check([], build))
    assert "one.toml:2: unknown key 'idd'" in first and "two.toml:1:" in second


def test_a_missing_folder_is_no_finding(builtin: Callable[..., Path], tmp_path: Path) -> None:
    builtin()
    with pytest.raises(RuleError, match="nowhere"):
        check([tmp_path / "nowhere"], build)


def test_rules_without_positive_or_negative_examples_are_warned_of(builtin: Callable[..., Path]) -> None:
    lines = BASE.splitlines()
    only_negative = "\n".join(line for line in lines if "Theo Kết luận" not in line)
    only_positive = "\n".join(line for line in lines if "Cho ý kiến" not in line)
    for text, said in ((only_negative, "shows what it yields"), (only_positive, "where it must not fire")):
        builtin(text)
        (warning,) = found(check([], build), "warning")
        assert said in warning


# -- explain --------------------------------------------------------------------------------------------


def test_explain_says_what_fired_and_why_others_did_not(builtin: Callable[..., Path]) -> None:
    loser = BASE[BASE.index("[[rule]]") :].replace("doc.coded", "doc.bare").replace("(?P<type>{loai})\\ số\\ ", "")
    builtin(BASE + loser.replace("exclude = ", 'requires = ["-KL"]\nexclude = '))
    rules = load_rules()

    def tag(text: str) -> Tagged:
        tagged = build(rules)(text)
        kept = tuple(d for d in tagged.documents if d.rule == "doc.coded")
        return Tagged(tagged.segmented, documents=kept)

    text = "Kết  luận số 1-KL/TU, dự thảo Kết luận số 2-KL/TU, 3-QĐ/TU"
    text = text.replace("Kết  luận", "Kết luận", 1)
    told = {(f.text, f.rule): (f.outcome, f.note) for f in explain(rules, tag(text))}
    assert told["Kết luận số 1-KL/TU", "doc.coded"] == ("fired", "kind 'coded', code '1-KL/TU', date 2024-05-07")
    assert told["1-KL/TU", "doc.bare"] == ("lost", "lost to 'Kết luận số 1-KL/TU' [doc.coded]")
    outcome, note = told["Kết luận số 2-KL/TU", "doc.coded"]
    assert outcome == "context" and note.startswith("exclude: ") and "before it within 12" in note
    assert told["3-QĐ/TU", "doc.bare"] == ("lost", "the tagger made nothing of it")


def test_explain_gives_offsets_of_the_stored_text(builtin: Callable[..., Path]) -> None:
    builtin()
    rules = load_rules()
    text = "Xem dự\u200b thảo  Kết luận số 2-KL/TU."
    empty = build(rules)("")
    article = Article(article_id="0" * 16, source="x", text_hash="0" * 16, text=text)
    (firing,) = explain(rules, Tagged(Segmented(article, ()), documents=empty.documents))
    assert firing.outcome == "context"
    assert text[firing.start : firing.end] == firing.text == "Kết luận số 2-KL/TU"
