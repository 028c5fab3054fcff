# ruff: noqa: E501 - prose and word lists are left on one line
"""Three notices of invented counties, each with other columns, faces and letter forms."""

from __future__ import annotations

from make.content import Column, Letter, LetterStyle, Notice, TableStyle, Task, TaskTable


def qinglan() -> Notice:
    """Portrait table in Song, leaders in a row, lead units, deadlines; a marked, urgent notice."""
    letter = Letter(
        issuer="青岚县人民政府办公室",
        doc_number="青政办发〔2024〕17号",
        title="关于印发《青岚县2024年农村寄递物流体系建设重点任务分解表》的通知",
        addressees=("各乡镇人民政府", "县政府各部门", "各有关单位"),
        attachments=("青岚县2024年农村寄递物流体系建设重点任务分解表",),
        signed_by="青岚县人民政府办公室",
        issued_on="2024-03-08",
        printed_on="2024-03-11",
        printed_by="青岚县人民政府办公室",
        disclosure="此件公开发布",
        cc=("县委办公室", "县人大常委会办公室", "县政协办公室"),
        urgency="加急",
    )
    style = LetterStyle(
        "document",
        ("关于印发《青岚县2024年农村寄递物流体系", "建设重点任务分解表》的通知"),
        (
            ("", "为补齐农产品上行和消费品下行的短板，经县人民政府同意，现将《青岚县2024年农村寄递物流体系建设重点任务分解表》印发给你们，请结合实际抓好落实。"),
            ("一、明确责任。", "各牵头单位对任务负总责，3月20日前将工作方案报县邮政快递工作专班；责任单位按照职责分工主动配合。"),
            ("二、定期调度。", "县政府督查室每两个月通报一次进展，对连续两次排名末位的单位予以约谈。"),
        ),
        face="song",
        copy_number="000036",
    )  # fmt: skip
    columns = (
        Column("序号", "serial", "32pt"),
        Column("重点任务", "name", "60pt"),
        Column("具体措施", "local_measures", "1fr", align="left"),
        Column("责任领导", "leaders", "52pt"),
        Column("牵头单位", "lead_units", "56pt"),
        Column("责任单位", "units", "64pt", align="left"),
        Column("完成时限", "deadline", "54pt"),
    )
    look = TableStyle(face="song", header_face="hei", size=10.5, leading=6, border=1.2)
    table = TaskTable(letter.attachments[0], "附件", columns, QINGLAN_TASKS, look)
    return Notice(letter, style, (table,))


def lanping() -> Notice:
    """Landscape table in Kai, categories spanning rows, a header of two levels; a decision."""
    letter = Letter(
        issuer="澜坪县人民政府",
        doc_number="澜政发〔2025〕6号",
        title="澜坪县人民政府关于开展县城品质提升攻坚行动的决定",
        attachments=("澜坪县县城品质提升攻坚行动责任清单",),
        signed_by="澜坪县人民政府",
        issued_on="2025-02-18",
        printed_on="2025-02-18",
        printed_by="澜坪县人民政府办公室",
        disclosure="此件主动公开",
        cc=("县委各部门", "县人大常委会办公室", "县政协办公室", "县监委", "县人民法院", "县人民检察院", "县人武部"),
    )  # fmt: skip
    style = LetterStyle(
        "document",
        ("澜坪县人民政府关于开展县城", "品质提升攻坚行动的决定"),
        (
            ("", "为加快补齐县城基础设施和公共服务短板，县人民政府决定，自2025年3月起用一年时间，在县城规划区开展品质提升攻坚行动。现作如下决定："),
            ("一、", "成立由县长任总指挥的攻坚行动指挥部，下设办公室在县住建局，负责统筹协调、督促检查。"),
            ("二、", "责任清单所列任务一律挂图作战，责任领导每半月到现场办公不少于1次。"),
            ("三、", "攻坚行动结果纳入年度综合考核，对进度滞后、弄虚作假的，依规依纪追究责任。"),
        ),
        face="kai",
        cc_lines=(
            "县委各部门，县人大常委会办公室，县政协办公室，县监委，县人民法院，县人民检察院，",
            "县人武部。",
        ),
    )  # fmt: skip
    columns = (
        Column("类别", "category", "56pt", merge=True),
        Column("序号", "serial", "38pt"),
        Column("工作任务", "name", "104pt"),
        Column("目标要求", "local_measures", "1fr", align="left"),
        Column("责任领导", "leaders", "110pt", group="责任分工", how="blanks"),
        Column("责任单位", "units", "124pt", group="责任分工", align="left"),
        Column("备注", "remark", "66pt"),
    )
    look = TableStyle(face="kai", size=14, leading=7, border=1.5, landscape=True)
    table = TaskTable(letter.attachments[0], "附件", columns, LANPING_TASKS, look)
    return Notice(letter, style, (table,))


def wangchao() -> Notice:
    """One page: a letter (信函格式) with a small table in its text, leaders stacked in pairs."""
    letter = Letter(
        issuer="望潮县人民政府办公室",
        doc_number="望政办函〔2025〕9号",
        title="关于明确迎汛备汛任务分工的函",
        addressees=("县直有关单位",),
        signed_by="望潮县人民政府办公室",
        issued_on="2025-03-27",
        disclosure="此件依申请公开",
    )
    style = LetterStyle(
        "letter",
        ("关于明确迎汛备汛任务分工的函",),
        (
            (
                "",
                "根据县防汛抗旱指挥部部署，现将迎汛备汛任务分工函告如下，请于4月10日前反馈落实情况。",
            ),
        ),
        face="fang",
    )
    columns = (
        Column("序号", "serial", "36pt"),
        Column("工作事项", "name", "84pt"),
        Column("工作措施", "local_measures", "1fr", align="left"),
        Column("分管领导", "leaders", "62pt", how="stack-lines", abreast=2),
        Column("配合单位", "units", "82pt", align="left"),
    )
    look = TableStyle(face="fang", header_face="hei", size=11, leading=4, line=0.75, border=0.75)
    return Notice(letter, style, (TaskTable(None, None, columns, WANGCHAO_TASKS, look),))


def _qinglan(
    at: int, name: str, text: str, leaders: str, lead: str, units: str, deadline: str
) -> Task:
    return Task(
        serial=str(at),
        name=name,
        local_measures=text,
        leaders=tuple(leaders.split()),
        lead_units=tuple(lead.split()),
        units=tuple(units.split()),
        deadline=deadline,
    )


QINGLAN_TASKS = (
    _qinglan(1, "建设县级寄递公共配送中心", "盘活原粮食储备库闲置厂房约6200平方米，建成集仓储、分拣、配送于一体的县级寄递公共配送中心；引导4家以上快递企业入驻，统一分拣线日处理能力达到5万件。", "沈砚舟 方棠", "县交通运输局", "县发改局 县自然资源局 县住建局 城关镇人民政府", "2024年8月底前"),
    _qinglan(2, "完善乡镇综合服务站", "依托乡镇客运站、邮政支局改造综合服务站12个，每站配备分拣台、监控和冷藏柜，营业时间每周不少于6天。", "沈砚舟", "县交通运输局", "县邮政分公司 各乡镇人民政府", "2024年9月30日"),
    _qinglan(3, "实现建制村“村村有站”", "按照“一村一站、多站合一”原则，在138个建制村设置村级寄递物流综合服务点，对验收合格的每个补助3000元；对偏远山区村按1.5倍给予补助。服务点须公示服务项目、收费标准和投诉电话。", "方棠", "县商务局", "县财政局 县供销联社 县邮政分公司 各乡镇人民政府", "2024年11月底前"),
    _qinglan(4, "推广“客货邮”融合", "1.开通客货邮融合线路10条，选用适配车辆24辆。2.修订农村客运班线运营补贴办法，对捎带邮件快件的班线每公里增加补贴0.15元。3.在“青岚通”小程序上线班线查询和运单跟踪功能。", "沈砚舟 马若溪 方棠", "县交通运输局", "县财政局 县数据局 县公交集团有限责任公司", "2024年7月底前"),
    _qinglan(5, "建设产地冷链设施", "围绕高山蔬菜、猕猴桃、黑山羊三大特色产业，新建产地冷藏保鲜设施45座、新增库容1.8万立方米，争取中央财政资金不少于600万元。", "郁明", "县农业农村局", "县发改局 县财政局 国网青岚县供电公司", "2024年12月底"),
    _qinglan(6, "培育农村电商主体", "举办电商直播培训20期、培训1000人次以上；打造“青岚山货”区域公用品牌，全年农产品网络零售额突破3.2亿元，同比增长18%以上。", "马若溪 郁明", "县商务局", "县人社局 县融媒体中心 团县委 县妇联", "持续推进"),
    _qinglan(7, "规范末端投递服务", "开展“不告知即上收费点”专项整治，全年检查网点不少于300家次；建立投诉快速处理机制，申诉处理满意率达到98%以上。", "司马清扬", "县邮政业发展中心", "县市场监管局（县消费者委员会） 县公安局 县交通运输局", "长期坚持"),
    _qinglan(8, "加强要素保障", "统筹用好县域商业建设行动资金；对新建的寄递设施用地应保尽保，优先安排新增建设用地计划指标；推行“快递进村贷”，单户授信额度最高50万元。", "方棠 郁明", "县财政局 县自然资源局", "县金融办 县农村信用合作联社 县税务局", "2024年12月31日前"),
)  # fmt: skip


def _lanping(
    category: str, at: int, name: str, text: str, leaders: str, units: str, remark: str | None
) -> Task:
    return Task(
        serial=str(at),
        category=category,
        name=name,
        local_measures=text,
        leaders=tuple(leaders.split()),
        units=tuple(units.split()),
        remark=remark,
    )


LANPING_TASKS = (
    _lanping("一、道路畅通攻坚", 1, "打通南湖路等3条断头路", "南湖路、松涛巷北段、滨河东路延伸段年内建成通车，总长4.7公里，同步敷设雨污分流管网。", "王强 宋怀瑾 贺岚", "县住建局 县自然资源局 城南街道办事处", "续建项目"),
    _lanping("一、道路畅通攻坚", 2, "改造县城交通堵点", "完成6处路口渠化改造和18个路口信号灯联网联控，早晚高峰平均车速提高15%以上。", "宋怀瑾 于川", "县公安局 县住建局 县城管局", None),
    _lanping("一、道路畅通攻坚", 3, "新增公共停车泊位", "利用边角地、桥下空间新增公共停车泊位1200个，其中配建充电桩泊位不少于150个；推动机关事业单位停车场节假日向社会开放。", "于川", "县城管局 县机关事务服务中心 澜坪城市发展投资集团有限公司", "民生实事"),
    _lanping("二、水环境治理攻坚", 4, "消除城区黑臭水体", "完成梅溪、白沙沟两条支流清淤8.3公里，沿线排污口整治率达到100%；建立“一河一策一档”，每月公布水质监测结果。", "贺岚 宋怀瑾 欧阳素 王强", "县水利局 市生态环境局澜坪分局 县住建局", None),
    _lanping("二、水环境治理攻坚", 5, "提升污水处理能力", "县第二污水处理厂扩建工程6月底前投入试运行，日处理能力由2万吨提高到4万吨，出水水质稳定达到一级A标准。", "贺岚", "县住建局 县发改局 市生态环境局澜坪分局", "在建项目"),
    _lanping("二、水环境治理攻坚", 6, "整治易涝积水点", "对百货大楼、第三小学、老车站等9处易涝点实施改造，新建强排泵站2座，汛期前全部完工。", "于川 欧阳素", "县住建局 县应急局 城北街道办事处 城南街道办事处", "汛前完成"),
    _lanping("二、水环境治理攻坚", 7, "建设海绵公园", "在东湖片区建设海绵公园1个，面积12公顷，可调蓄雨水1.6万立方米。", "欧阳素 王强", "县住建局 县林业局", None),
    _lanping("三、宜居环境攻坚", 8, "改造老旧小区", "改造老旧小区31个、惠及居民4286户，加装电梯20部；坚持“一小区一方案”，居民同意率低于三分之二的不予开工。", "王强 于川", "县住建局 县民政局 县财政局 各街道办事处", "民生实事"),
    _lanping("三、宜居环境攻坚", 9, "建设口袋公园", "新建口袋公园16个，实现居民出行“300米见绿、500米见园”。", "欧阳素", "县城管局 县林业局", None),
    _lanping("三、宜居环境攻坚", 10, "规范生活垃圾分类", "城区生活垃圾分类覆盖率达到90%以上，建成分拣中心1座、四分类投放点260个，组建志愿服务队伍12支，常态化开展入户宣传。", "宋怀瑾 欧阳素 于川", "县城管局 县商务局 县教育局 县融媒体中心", None),
    _lanping("四、长效管理攻坚", 11, "建设城市运行管理服务平台", "整合公安、交通、水务等9类视频和感知数据，9月底前建成城市运行管理服务平台并与市级平台联网，事件按期处置率不低于95%。", "王强 宋怀瑾", "县城管局 县数据局 县公安局", "新增任务"),
    _lanping("四、长效管理攻坚", 12, "推行“街长制”", "对城区46条主次干道明确三级街长，巡查问题48小时内办结，办结情况每周公示。", "贺岚 于川", "县城管局 各街道办事处", None),
)  # fmt: skip


def _wangchao(at: int, name: str, text: str, leaders: str, units: str) -> Task:
    return Task(
        serial=str(at),
        name=name,
        local_measures=text,
        leaders=tuple(leaders.split()),
        units=tuple(units.split()),
    )


WANGCHAO_TASKS = (
    _wangchao(1, "排查病险水库", "对28座小型水库逐一“体检”，4月15日前完成隐患清单，落实“三个责任人”。", "顾北辰 谭越 罗嘉禾", "县水利局 县应急局"),
    _wangchao(2, "储备防汛物资", "补充编织袋6万条、救生衣1500件、冲锋舟8艘，乡镇物资库覆盖率100%。", "谭越 罗嘉禾", "县应急局 县财政局 县供销联社"),
    _wangchao(3, "组织避险演练", "汛前开展山洪灾害避险演练不少于35场，转移路线和安置点全部上墙公示。", "顾北辰", "县消防救援大队 各乡镇人民政府"),
)  # fmt: skip
