"""What is shown in Chinese for the names of columns, codes and states."""

from __future__ import annotations

from pipeline.model import Code

COLUMN_LABELS = {
    "serial": "序号",
    "category": "类别",
    "name": "名称",
    "superior_measures": "上级政策措施",
    "local_measures": "本级政策措施",
    "leaders": "牵头领导",
    "lead_units": "牵头单位",
    "units": "责任单位",
    "deadline": "完成时限",
    "remark": "备注",
}

LETTER_LABELS = {
    "issuer": "发文机关",
    "doc_number": "发文字号",
    "title": "标题",
    "addressees": "主送机关",
    "signed_by": "署名",
    "issued_on": "成文日期",
    "disclosure": "附注",
    "attachments": "附件",
    "cc": "抄送",
    "printed_by": "印发机关",
    "printed_on": "印发日期",
    "secrecy": "密级",
    "urgency": "紧急程度",
    "signer": "签发人",
}

SEVERITY_LABELS = {"error": "错误", "warning": "存疑", "info": "说明"}
STATUS_LABELS = {"ok": "完整", "partial": "缺页", "failed": "未读出"}
SETTLED_LABELS = {"confirmed": "已核对", "corrected": "已更正", "dismissed": "已排除"}
ROUTE_LABELS = {"text": "文本层", "scan": "扫描", "markup": "纯文本", "mixed": "混合"}
STEP_LABELS = {
    "part": "分页",
    "size": "尺寸",
    "streaks": "去线痕",
    "orientation": "转正",
    "skew": "扶正",
    "flat": "展平",
    "colour": "去彩色",
    "solids": "去色块",
    "light": "匀光",
    "noise": "去斑点",
    "contrast": "加深",
}

FACT_LABELS = {
    "pages": "页数",
    "side": "位置",
    "gutter": "中缝宽（字）",
    "degrees": "转角（度）",
    "witness": "依据",
    "doubtful": "存疑",
    "dpi": "分辨率",
    "bent": "弯曲（字）",
    "left": "剩余弯曲（字）",
    "crooked": "框线不直",
    "coloured": "彩色占比",
    "filled": "底色占比",
    "stamped": "印章占比",
    "coloured_print": "彩色文字占比",
    "bed": "扫描黑边",
    "holes": "装订孔",
    "inverted": "反白块",
    "print": "笔画灰度",
    "fades": "渐淡处灰度",
    "ghosts": "透印占比",
    "specks": "斑点",
    "down": "纵向线痕",
    "across": "横向线痕",
    "per_100_characters": "每百字面积斑点",
    "everywhere": "多数处每百字面积斑点",
}
FACT_VALUES = {
    "left": "左",
    "right": "右",
    "upper": "上",
    "lower": "下",
    "whole": "整页",
    "ink": "墨迹",
    "model": "方向模型",
    "reading": "试读",
    "lines": "行",
    "size": "纸幅",
    "numbers": "页码",
}

CODE_LABELS: dict[str, str] = {
    Code.LOW_SCORE: "识别分低",
    Code.EMPTY_CELL: "单元格空白",
    Code.SERIAL_GAP: "序号缺号",
    Code.SERIAL_REPEATED: "序号重复",
    Code.SERIAL_ODD: "序号异常",
    Code.TEXT_REPEATED: "文字反复",
    Code.TEXT_IMPLAUSIBLE: "文字不通",
    Code.TEXT_OUTSIDE: "表外文字",
    Code.TEXT_CUT: "文字截断",
    Code.CHARACTER_ODD: "罕见字符",
    Code.RADICALS_MAPPED: "部首已还原",
    Code.NAME_UNRESOLVED: "不是人名",
    Code.NAME_AMBIGUOUS: "人名有歧义",
    Code.NAME_RESTORED: "人名由他行推得",
    Code.UNIT_REPEATED: "单位重复",
    Code.UNIT_ODD: "单位可疑",
    Code.UNIT_UNKNOWN: "单位不在库",
    Code.ROW_JOINED: "跨页行已合并",
    Code.ROW_JOIN_DOUBTFUL: "跨页合并存疑",
    Code.HEADER_UNKNOWN: "表头未知",
    Code.HEADER_AMBIGUOUS: "表头有歧义",
    Code.HEADER_MISSING: "缺表头",
    Code.GRID_BROKEN: "表格线残缺",
    Code.RULING_INFERRED: "表格线为推断",
    Code.TABLE_UNRULED: "表格无竖线，按文字对齐识别",
    Code.COLUMNS_DOUBTFUL: "列的划分存疑",
    Code.ROUTE_BROKEN: "文本层不可信",
    Code.PAGE_FAILED: "整页未读出",
    Code.PAGE_SKEWED: "页面已扶正",
    Code.PAGE_BENT: "页面已展平",
    Code.PAGE_STREAKED: "去除扫描线痕",
    Code.PAGE_PARTED: "一纸两页",
    Code.PAGE_TURN_DOUBTFUL: "页面方向存疑",
    Code.LETTER_DOUBTFUL: "公文要素存疑",
    Code.CORRECTION_CONFLICT: "与更正冲突",
}


def code_label(code: str) -> str:
    """The code in Chinese; a code that is not known here as it is."""
    return CODE_LABELS.get(code, code)
