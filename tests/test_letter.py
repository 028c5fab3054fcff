"""The elements of the letter, as the lines of any route give them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import load_settings
from pipeline.geometry import BBox
from pipeline.model import Code, Document, Finding, Prose, Word
from pipeline.normalise.addressees import split_addressees
from pipeline.normalise.dates import chinese_number, find_date
from pipeline.normalise.letter import prose_to_document

RULES = load_settings().letter


def page_of(text: str, number: int = 1) -> Prose:
    """A page with one line of `text` a printed line; pieces parted by | stand side by side."""
    words = []
    for at, line in enumerate(text.strip("\n").split("\n")):
        left, top = 80.0, 100.0 + 28 * at
        for piece in line.split("|"):
            right = left + 16 * len(piece)
            words.append(Word(piece, BBox(left, top, right, top + 16)))
            left = right + 60
    return Prose(number, 595.0, max(842.0, 400.0 + 28 * len(words)), tuple(words))


def read(*pages: str) -> tuple[Document, tuple[Finding, ...]]:
    prose = [page_of(text, number) for number, text in enumerate(pages, start=1)]
    return prose_to_document(prose, RULES)


FULL = """
000036
机密★1年
特 急
青 岚 县 人 民 政 府 办 公 室 文 件
青政办发〔2024〕17号|签发人：沈砚舟  方棠
青岚县人民政府办公室
关于印发《青岚县贯彻〈省快递条例〉
实施方案（试行）》的通知
各乡镇人民政府、街道办事处，县政府
各部门、各有关单位：
现将《青岚县贯彻〈省快递条例〉实施方案（试行）》印发给你们，请认真贯彻
落实。
附件：1．青岚县农村寄递物流体系建设重点任务
分解表
2．青岚县责任清单
青岚县人民政府办公室
2024 年 3 月 8 日
（此件公开发布）
— 1 —
"""

IMPRINT = """
抄送：县委各部门，县人大常委会办公室，县政协办公室，县人民法院，县人民检
察院。
青岚县人民政府办公室|2024年3月11日印发
- 2 -
"""


def test_a_full_letter() -> None:
    document, findings = read(FULL, "附件1\n青岚县农村寄递物流体系建设重点任务分解表", IMPRINT)
    assert findings == ()
    assert document == Document(
        issuer="青岚县人民政府办公室",
        doc_number="青政办发〔2024〕17号",
        title="关于印发《青岚县贯彻〈省快递条例〉实施方案（试行）》的通知",
        addressees=("各乡镇人民政府", "街道办事处", "县政府各部门", "各有关单位"),
        signed_by="青岚县人民政府办公室",
        issued_on=date(2024, 3, 8),
        disclosure="此件公开发布",
        attachments=("青岚县农村寄递物流体系建设重点任务分解表", "青岚县责任清单"),
        cc=(
            "县委各部门",
            "县人大常委会办公室",
            "县政协办公室",
            "县人民法院",
            "县人民检察院",
        ),
        printed_by="青岚县人民政府办公室",
        printed_on=date(2024, 3, 11),
        secrecy="机密★1年",
        urgency="特急",
        signer="沈砚舟、方棠",
    )


def test_a_letter_form_without_imprint() -> None:
    document, _ = read(
        "望潮县人民政府办公室\n望政办函〔2025〕9号\n关于明确迎汛备汛任务分工的函\n县直有关单位：\n"
        "现将分工函告如下。\n望潮县人民政府办公室\n二〇二五年三月二十七日\n（此件依申请公开）"
    )
    assert document == Document(
        issuer="望潮县人民政府办公室",
        doc_number="望政办函〔2025〕9号",
        title="关于明确迎汛备汛任务分工的函",
        addressees=("县直有关单位",),
        signed_by="望潮县人民政府办公室",
        issued_on=date(2025, 3, 27),
        disclosure="此件依申请公开",
    )


def test_a_title_with_its_organ_on_the_same_line_is_whole() -> None:
    document, _ = read(
        "澜坪县人民政府文件\n澜政发〔2025〕6号\n澜坪县人民政府关于开展县城\n品质提升攻坚行动的决定\n"
        "为加快补齐短板，现作如下决定：\n一、成立指挥部。\n澜坪县人民政府\n2025年2月18日"
    )
    assert document.title == "澜坪县人民政府关于开展县城品质提升攻坚行动的决定"
    assert document.addressees == ()
    assert document.issuer == document.signed_by == "澜坪县人民政府"


def test_organs_that_issue_together() -> None:
    document, _ = read(
        "青岚县财政局\n青岚县民政局文件\n青财发〔2024〕2号\n关于拨付资金的通知\n各乡镇人民政府：\n"
        "请执行。\n青岚县财政局  青岚县民政局\n2024年1月5日"
    )
    assert document.issuer == "青岚县财政局、青岚县民政局"
    assert document.signed_by == "青岚县财政局、青岚县民政局"


def test_a_plain_notice_takes_its_issuer_from_the_signature() -> None:
    document, _ = read(
        "关于做好防汛工作的通知\n各乡镇人民政府：\n请落实。\n青岚县应急管理局\n2024年5月6日"
    )
    assert document.doc_number is None
    assert document.title == "关于做好防汛工作的通知"
    assert document.issuer == "青岚县应急管理局"


def test_an_attachment_alone_invents_nothing() -> None:
    for text in ("附件\n青岚县2024年重点任务分解表", "青岚县2024年重点任务分解表\n单位：万元"):
        assert read(text) == (Document(), ())


@pytest.mark.parametrize(
    "printed",
    ["岳政办发[2023]3号", "岳政办发(2023) 3 号", "岳政办发【2023】3号", "岳政办发〔２０２３〕３号"],
)
def test_brackets_of_the_number(printed: str) -> None:
    document, findings = read(f"{printed}\n关于开会的通知\n各单位：\n略。")
    assert document.doc_number == "岳政办发〔2023〕3号"
    assert findings == ()


def test_a_misread_bracket_is_mended_with_a_doubt() -> None:
    document, findings = read("岳政办发L2023J3号\n关于开会的通知\n各单位：\n略。")
    assert document.doc_number == "岳政办发〔2023〕3号"
    assert [finding.code for finding in findings] == [Code.LETTER_DOUBTFUL]


def test_a_number_in_the_body_is_not_the_notice_s() -> None:
    document, _ = read("关于开会的通知\n各单位：\n按（岳政办发〔2023〕3号）文件执行。")
    assert document.doc_number is None


def test_an_impossible_date_is_null_and_reported() -> None:
    document, findings = read("关于开会的通知\n各单位：\n略。\n青岚县教育局\n2023年2月30日")
    assert document.issued_on is None
    assert document.signed_by == "青岚县教育局"
    assert [finding.code for finding in findings] == [Code.LETTER_DOUBTFUL]
    assert findings[0].page == 1
    assert findings[0].box is not None


def test_a_title_that_ends_twice_goes_on_to_its_end() -> None:
    document, _ = read("青政发〔2024〕1号\n关于贯彻落实市政府决定\n的通知\n各单位：\n请执行。")
    assert document.title == "关于贯彻落实市政府决定的通知"


def test_an_imprint_on_two_lines_and_a_page_without_letter() -> None:
    document, _ = read(
        "抄送：县委各部门，县人武部。\n县政协办公室。\n甲县人民政府办公室\n2023年4月29日印发"
    )
    assert document.cc == ("县委各部门", "县人武部", "县政协办公室")
    assert document.printed_by == "甲县人民政府办公室"
    assert document.printed_on == date(2023, 4, 29)
    assert document.signed_by is None
    assert document.issued_on is None


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("各乡镇人民政府，县直及驻县各相关单位：", ("各乡镇人民政府", "县直及驻县各相关单位")),
        ("各市、县人民政府，省政府各部门、各直属机构：",
         ("各市、县人民政府", "省政府各部门", "各直属机构")),
        ("各县（市、区）人民政府：", ("各县（市、区）人民政府",)),
        ("县财政局、县民政局（县老龄办）：", ("县财政局", "县民政局（县老龄办）")),
    ],
)  # fmt: skip
def test_addressees(text: str, members: tuple[str, ...]) -> None:
    assert split_addressees(text, RULES) == members


WITHOUT_COLON = """
墨岭县人民政府文件
墨政办发〔2025〕16号
关于做好乡村旅游发展有关任务分解的通知
{}
为全面完成年度目标任务，现将有关任务分解如下，请认真抓好落实。
墨岭县人民政府
2025年3月1日
"""


def test_addressees_whose_colon_was_lost_are_read_and_doubted() -> None:
    document, findings = read(WITHOUT_COLON.format("各乡镇人民政府，各街道办事处，县政府各部门"))
    assert document.addressees == ("各乡镇人民政府", "各街道办事处", "县政府各部门")
    assert [finding.code for finding in findings] == [Code.LETTER_DOUBTFUL]


def test_a_line_below_the_title_that_is_no_list_of_organs_is_no_addressee() -> None:
    document, findings = read(WITHOUT_COLON.format("近年来，我县乡村旅游快速发展，带动农民增收"))
    assert document.addressees == ()
    assert findings == ()


NUMERALS = "一二三四五六七八九"


def chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else NUMERALS[tens - 1] + "十"
    return head + (NUMERALS[ones - 1] if ones else "")


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)), st.sampled_from("〇零○"))
def test_dates_in_both_writings(day: date, zero: str) -> None:
    year = "".join((zero + NUMERALS)[int(digit)] for digit in str(day.year))
    for text in (
        f"{day.year}年{day.month}月{day.day}日",
        f"{year}年{chinese(day.month)}月{chinese(day.day)}日",
    ):
        found = find_date("甲县人民政府" + text)
        assert found is not None
        assert (found.value, found.text) == (day, text)


@given(st.integers(1, 99))
def test_numbers(number: int) -> None:
    assert chinese_number(chinese(number)) == chinese_number(str(number)) == number


@pytest.mark.parametrize("text", ["", "百", "一一", "十十", "a"])
def test_no_numbers(text: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        chinese_number(text)


@given(
    st.lists(st.text("附件：通知关于2023年月日抄送县局。（）〔〕号1 文|", max_size=20), max_size=12)
)
def test_no_prose_breaks_it(lines: list[str]) -> None:
    read("\n".join(lines))


def test_what_a_browser_prints_in_the_margins_is_no_text_of_the_letter() -> None:
    pages = []
    for number in (1, 2):
        body = page_of(FULL.replace("— 1 —", ""), number) if number == 1 else page_of("略", 2)
        foot = f"ﬁle:///notices/17.html {number}/2"
        margins = (("11/22/26, 10:15 PM 通知", 20.0), (foot, body.height - 30))
        words = [Word(text, BBox(20, top, 300, top + 9)) for text, top in margins]
        pages.append(Prose(number, body.width, body.height, (words[0], *body.lines, words[1])))
    document, _ = prose_to_document(pages, RULES)
    assert document.issuer == "青岚县人民政府办公室"
    assert document.disclosure == "此件公开发布"
    assert not any("html" in part for part in document.attachments)


def test_a_running_head_may_hold_the_number_of_its_page() -> None:
    pages = [page_of(FULL.replace("— 1 —", "")), page_of("略", 2), page_of("略", 3)]
    headed = []
    for page in pages:
        head = Word(f"青岚县公报 {page.page}", BBox(20, 20, 120, 29))
        headed.append(Prose(page.page, page.width, page.height, (head, *page.lines)))
    assert prose_to_document(headed, RULES)[0] == prose_to_document(pages, RULES)[0]
