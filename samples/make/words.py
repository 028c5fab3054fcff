# ruff: noqa: E501, SIM905 - prose and word lists are left on one line
"""Invented counties, people and tasks. Nothing here names a real place, person or notice."""

from __future__ import annotations

from random import Random

COUNTIES = "青岚 澜坪 霁川 墨岭 鹿岭 望潮 松澜 云岫 砚溪 枫泽 榆屏 沁原坪 石鼓岭 白鹭洲".split()
CITIES = "临汐 岱宁 衡泽 江屏 丰汀".split()
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
DOUBLE_SURNAMES = "欧阳 上官 司马 诸葛 皇甫 尉迟".split()
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红建国文辉力志永健世广义兴良海山仁波宁贵福生龙元全胜学祥才发武新利清飞彬富顺信子昌成康星光天达安岩中茂进林有坚和彪博诚先敬震振壮会思群豪心邦承乐绍功松善厚庆民友裕河哲江浩亮政谦亨奇固之轮翰朗伯宏言若鸣朋斌梁栋维启克伦翔旭鹏泽晨辰士以树炎德行时泰盛雄琛钧冠策腾楠榕风航弘"

OFFICES = "发改局 财政局 教育局 科技局 工信局 公安局 民政局 司法局 人社局 自然资源局 生态环境局 住建局 交通运输局 水利局 农业农村局 商务局 文旅广体局 卫健局 退役军人局 应急局 审计局 市场监管局 统计局 林业局 医保局 信访局 数据局 城管局 金融办 政府办 乡村振兴局 供销联社 税务局 融媒体中心 行政审批服务局 住房公积金中心 残联 工商联 委组织部 委宣传部 委编办 总工会 妇联".split()
LONG_OFFICES = (
    "{c}经济技术开发区管委会",
    "{c}县城市建设投资集团有限公司",
    "国网{c}县供电公司",
    "中国人民银行{c}县支行",
    "县交通运输局（县道路运输服务中心）",
    "县市场监管局（县知识产权局）",
    "各乡镇人民政府",
    "各乡镇（街道）",
    "县消防救援大队",
    "县气象局",
    "县农村信用合作联社",
    "{c}高新技术产业园区管委会",
)
CATEGORIES = "一、稳增长促投资 二、抓产业强支撑 三、优环境激活力 四、惠民生补短板 五、防风险保安全 六、促改革扩开放".split()
VERBS = "加快推进 全面落实 持续优化 扎实开展 大力支持 着力提升 有序实施 深入推动".split()
OBJECTS = "重点项目建设 招商引资工作 农村公路改造 老旧小区改造 中小企业融资服务 高标准农田建设 城乡供水一体化 政务服务改革 消费市场扩容 园区标准化厂房建设 职业技能培训 乡村旅游发展 普惠养老服务 河湖长制工作 安全生产专项整治 绿色低碳转型 冷链物流体系建设 数字政府建设".split()
CLAUSES = (
    "建立项目清单和责任清单，实行挂图作战、销号管理",
    "每月调度1次，每季度通报1次进展情况",
    "力争全年新增规模以上工业企业{n}家，技术改造投资增长{p}%以上",
    "争取中央、省预算内资金{n}00万元以上，确保资金到位率达到{p}%",
    "新建改建农村公路{n}.{m}公里，实施安防工程{n}公里",
    "对符合条件的企业给予最高不超过{n}万元的一次性奖补",
    "严格落实“首问负责、限时办结”制度，推行“一件事一次办”",
    "完成《实施方案》确定的{n}项重点任务，形成可复制、可推广的经验",
    "组织开展专题培训{m}期，培训人员{n}00人次以上",
    "用好“政银企”对接平台，引导金融机构新增贷款{n}.{m}亿元",
    "加强部门联动、信息共享，健全“周报告、月分析、季评估”机制",
    "推动{n}个亿元以上项目开工，其中5亿元以上项目{m}个",
    "深化“放管服”改革，审批时限压缩{p}%，网上可办率达到95%以上",
    "支持企业申报省级“专精特新”称号，力争新认定{m}—{n}家",
    "统筹用好专项债券、衔接资金（含省级配套），严禁挤占挪用",
    "落实耕地占补平衡，新增高标准农田{n}.{m}万亩；恢复撂荒地{n}00亩",
    "完善县、乡、村三级物流体系，建成村级服务站点{n}个",
    "开展拉网式排查整治，隐患整改率达到100%",
)
DEADLINES = "2025年6月底前 2025年12月底 2025年12月31日前 长期坚持 2026年3月 2025年9月30日 全年 2025年底前 2025年第三季度 持续推进".split()
REMARKS = "每月报送 省级考核事项 需人大审议 结转项目 新增任务 重点督办".split()

HEADERS: dict[str, tuple[str, ...]] = {
    "serial": ("序号",),
    "category": ("类别", "工作类别", "任务类别", "领域"),
    "name": ("名称", "工作任务", "重点任务", "任务名称", "重点工作", "工作事项"),
    "superior_measures": (
        "市里政策措施、目标任务",
        "省市目标任务",
        "市级政策措施",
        "上级任务要求",
        "市级目标任务",
    ),
    "local_measures": (
        "我县政策措施、目标任务",
        "具体措施",
        "目标要求",
        "工作措施",
        "主要举措",
        "我县贯彻落实措施",
    ),
    "leaders": ("牵头领导", "责任领导", "牵头县领导", "分管领导", "县级责任领导"),
    "lead_units": ("牵头单位", "牵头部门"),
    "units": ("责任单位", "责任部门"),
    "deadline": ("完成时限", "完成时间", "时限要求", "时间节点"),
    "remark": ("备注",),
}


def person(random: Random, double: float = 0.04) -> str:
    """A name of 2 to 4 characters."""
    surname = (
        random.choice(DOUBLE_SURNAMES) if random.random() < double else random.choice(SURNAMES)
    )
    size = 1 if random.random() < 0.3 else 2
    return surname + "".join(random.sample(GIVEN, size))


def people(random: Random, count: int, double: float = 0.04) -> tuple[str, ...]:
    """`count` different names."""
    found: list[str] = []
    while len(found) < count:
        name = person(random, double)
        if name not in found:
            found.append(name)
    return tuple(found)


def some_units(random: Random, county: str, low: int, high: int) -> tuple[str, ...]:
    """Between `low` and `high` different units."""
    pool = ["县" + office for office in OFFICES] + [unit.format(c=county) for unit in LONG_OFFICES]
    return tuple(random.sample(pool, random.randint(low, high)))


def measures(random: Random, clauses: int, numbered: bool) -> str:
    """A paragraph of `clauses` sentences, numbered `1. …2. …` when asked."""
    chosen = random.sample(CLAUSES, min(clauses, len(CLAUSES)))
    sentences = [
        clause.format(n=random.randint(2, 60), m=random.randint(1, 9), p=random.randint(6, 98))
        + "。"
        for clause in chosen
    ]
    if numbered:
        sentences = [f"{n}.{sentence}" for n, sentence in enumerate(sentences, start=1)]
    return "".join(sentences)


def task_name(random: Random) -> str:
    """A task's name."""
    return random.choice(VERBS) + random.choice(OBJECTS)
