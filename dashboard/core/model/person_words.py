"""Words that the guard for personal text tells names by: surnames, given names, labels. Pure.

Chinese surnames without those that are everyday words in notes (于 向 应 路 时 和 有 都 …), the
characters that given names are made of, and what reads like a name but is none.
"""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _joined(text: str) -> str:
    return "".join(text.split())


#: single surnames
SURNAMES = _joined("""
王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓冯程蔡彭潘袁董余苏叶吕魏蒋田杜丁沈
姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷龙段郝孔邵史毛常万顾赖武康贺严尹钱
施牛洪龚汤陶黎温莫易樊乔文安殷颜庄章鲁倪庞邢俞翟蓝聂齐葛柴伍覃焦柳欧祝纪耿舒屈项祁盛童费娄岑
鄢栾卞鲍佟阮冉桂冷苗裴司席尤狄米闫辛尚甘褚霍岳穆巩包单曾白关游左简宁
""")

#: surnames of two characters
COMPOUND = _words("""
欧阳 上官 司马 诸葛 皇甫 令狐 慕容 司徒 东方 尉迟 长孙 宇文 公孙 轩辕 南宫 端木
""")

#: characters that given names are made of
GIVEN = _joined("""
大小金伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志文海燕云飞鹏辉鑫波斌宇浩凯峰健
俊帆帅旭宁龙林晓琳慧颖婷雪倩莹佳怡欣悦梦琪雅诗涵萱紫轩梓子博瑞泽睿晨阳思雨昊天一诺宏伯仲亮光
辰庆胜利永久福禄寿喜财贵荣昌盛兴旺发达春夏秋冬生山川河岩松柏竹菊莲荷香珍珠翠凤凰鸾莺蓉芬芝萍
蕾蓓薇莉茹菲菁菱萌苗茜茵荔琴琼瑶瑜瑾璐璇琦琬琰玲珊珏珂玫瑰环琛琨瑛洁清淑惠贞贤娴婉婵娥媛嫣姗
姝妍妮娅婕媚嘉美丹彤彩虹霓星月露霜冰爽朗毅恒坚锋钢铁铮铭锐钧锦银鸣啸震霆雷电炎焱煜烨灿炜炳耀
煌德仁义礼智信忠孝廉勤俭诚善良正直厚宽学才书翰墨章翔鹤鹰虎豹骏驰奔腾跃进全有存根保柱栓锁宝祥
康泰安顺遂如意满园新民权斗援朝解放卫东兵爱党向前晶晖昕晗昱晔晟景曦润泓淼溪沛沐汐渊源江浪潮湘
洪渝沁彬彪武威猛豪雄壮力立栋梁柯楠桐榕樱桃杏梨枫桦森丰茂延年继承祖宗绍传启开拓逸凡成功奇亚非
欧维某二三四五六七八娃妹弟丫伊芸岚岑颜
""")

#: of those, what also makes everyday words and names of places: not enough for a bare name
WEAK = _joined("""
大小金一有存全向前如意满园新民权斗援朝解放开启传继承成功奇亚非欧某二三四五六七八娃妹弟丫发达胜利永久生
山川河岩春夏秋冬电雷直厚宽学才书正江源浪潮海林东方平安康泰和兴盛昌旺光明星月天云阳宁德信义仁善良
""")

#: words of notes that read like a surname with a given name
NO_NAMES = _words("""
安全 安康 安宁 安平 安民 安东 安保 安顺 文明 文化 文书 文武 平安 和平 高兴 高峰 高新 高山
高雅 高龙 高强 高明 高大 高空 高贵 成立 时间 明显 路面 马路 白天 白云 白银 白玉 金属
金额 金山 金融 金银 金光 金牌 金龙 金星 石油 石英 石材 石柱 石山 黄金 黄河 黄山 黄玉 黄牛
雷雨 雷电 雷锋 丁香 江河 江山 江东 江海 江南 江北 江源 田园 田野 周年 周一 周二 周三 周四
周五 周六 周边 周末 周全 万华 万达 万全 万有 万年 夏天 夏玉 龙山 龙江 龙泉 梅花 兰花 花园
莫非 莫名 常年 常有 常明 常新 常存 严明 严正 严厚 齐全 齐心 齐平 温馨 温泉 武力 武德 武山
武功 石化 方正 方圆 方向 任意 任凭 任义 何在 何如 何有 何时 易发 易爱 易生 林海 林业 林立
林源 林权 林地 柳树 柳林 柳江 毛利 毛竹 毛玉 马上 马力 马铃 包保 包有 包存 包一 单一 单元
单凭 单二 单三 单四 单飞 余地 余生 余年 游泳 游客 游园 游乐 左右 左一 左二 简易 简直 宁江
关爱 关山 关二 白一 章一 项一 项二 项三 项四 段一 段二 段三 段四 段东 尚有 尚存 米三 司法
司学 席一 常山 苗木 冷风 冷水 洪山 洪峰 洪水 牛奶 钱财 顾及 康乐 康宁 康泰 康复 武义 顾全
范例 程序 叶子 叶茂 杨树 杨柳 杨林 杨梅 李子 桃李 梁柱 宋江 唐山 韩江 许可 许诺 程德 胡同
胡桃 胡乱 高楼 高压 徐州 孔庙 孔子 苏东 史学 罗山 罗江 贺兰 钟山 钟楼 汤山 陶瓷 黎明 明星
永兴 东兴 曾在 曾有 曾经 曾一 曾二 曾三 曾向 单向 任一 余二 金卫 方才 万一 万二 万三 万四
万五 安一 安二 安三 文一 文二 文三 江三 张三角 黄二 黄四 白二 田一
""")

#: what follows makes a place or a count of it: 王府井, 黄河路
PLACE_ENDS = _joined("""
区县市镇乡村街路巷里庄屯营桥站场厂园店局所队院校库湖河山坝沟塔寺庙坊门口楼号栋座米个条盏块
名人户次份起
""")

#: words after a surname
TITLES = _words("""
先生 女士 小姐 太太 夫人 同志 师傅 大爷 大妈 大姐 大哥 大娘 大叔 大婶 阿姨 奶奶 爷爷 叔叔
婆婆 老师 医生 大夫 律师 警官 老板 经理 主任 书记 所长 局长 科长 队长 站长 村长 组长 处长
镇长 院长 校长 总工 嫂子
""")

#: words that often precede a name in notes
LABELS = _words("""
报案人 报警人 联系人 当事人 投诉人 来电人 来访人 反映人 举报人 申请人 申诉人 诉求人 上报人
报告人 户主 车主 房东 房主 业主 姓名 承办人 经办人 负责人 责任人 处理人 受理人 签收人 回访人
接线员 话务员 网格员 网格长 巡查员 队员 店主 摊主 司机 居民 市民 群众 村民 住户 租户 商户
死者 伤者 患者 走失者 老人 女儿 儿子 丈夫 妻子 母亲 父亲 名叫 名为 叫做 收件人 寄件人 监护人
家属 家长 学生 保安 房客 法人 志愿者 失主 我叫 投诉者 反映者 举报者 环卫工 保洁员
告知 答复 劝导 党员 低保户 独居老人
""")

#: the labels whose text is a name and nothing else
NAME_LABELS = _words("""
报案人 报警人 联系人 投诉人 来电人 来访人 反映人 举报人 申请人 申诉人 诉求人 户主 车主 姓名
收件人 死者 走失者
""")

#: what a unit or an unknown caller is called, not a person
UNITS = _words("""
局 处 所 队 中心 部 公司 物业 平台 社区 村 镇 街道 办 站 匿名 不详 不明 未知 无 同上 本人
居民 市民 群众 热线 网格 监控 学校 医院 委 政府 单位 商户 店 厂 院 集团 银行 人员 自己 暂 待
保密 派出 城管 环卫 消防 交警 路人 游客 保安 家属 司机 学生 老人 孩子 业主 物管 开发商 施工
专员 经理 主管 值班 如上 见 另 请 已 未 是 否
""")

#: common given names
GIVEN_EN = _words("""
James John Robert Michael William David Richard Joseph Thomas Charles Christopher Daniel
Matthew Anthony Mark Donald Steven Paul Andrew Joshua Kenneth Kevin Brian George Edward
Ronald Timothy Jason Jeffrey Ryan Jacob Gary Nicholas Eric Jonathan Stephen Larry Justin
Scott Brandon Benjamin Samuel Gregory Frank Alexander Raymond Patrick Jack Dennis Jerry
Tyler Aaron Jose Adam Henry Nathan Douglas Zachary Peter Kyle Walter Ethan Jeremy Harold
Keith Christian Roger Noah Gerald Carl Terry Sean Austin Arthur Lawrence Jesse Dylan Bryan
Joe Jordan Billy Bruce Albert Willie Gabriel Logan Alan Juan Wayne Roy Ralph Randy Eugene
Vincent Russell Louis Philip Bobby Johnny Bradley Carlos Luis Miguel Jorge Pedro Manuel
Antonio Francisco Diego Ricardo Eduardo Mary Patricia Jennifer Linda Elizabeth Barbara Susan
Jessica Sarah Karen Nancy Lisa Betty Margaret Sandra Ashley Kimberly Emily Donna Michelle
Dorothy Carol Amanda Melissa Deborah Stephanie Rebecca Sharon Laura Cynthia Kathleen Amy
Angela Shirley Anna Brenda Pamela Emma Nicole Helen Samantha Katherine Christine Debra
Rachel Carolyn Janet Catherine Maria Heather Diane Ruth Julie Olivia Joyce Virginia Victoria
Kelly Lauren Christina Joan Evelyn Judith Megan Andrea Cheryl Hannah Jacqueline Martha
Gloria Teresa Ann Sara Madison Frances Kathryn Janice Jean Abigail Alice Julia Judy Sophia
Grace Denise Amber Doris Marilyn Danielle Beverly Isabella Theresa Diana Natalie Brittany
Charlotte Marie Kayla Alexis Lori Jane Carmen Rosa Ana Sofia Lucia Elena Guadalupe Juanita
Tom Bob Mike Dave Steve Jim Bill Dan Tony Chris Matt Nick Ben Sam Kate Sue Liz Tim Wei Ming
Jing Hui Xiaoming Yan Ling Fang Lei Tao Hao Priya Raj Amit Anita Ahmed Mohammed Fatima Ali
Omar
""")

#: words that begin with a capital in notes and are no names
NO_SURNAMES = _words("""
Public Works Bureau Department Dept Street Streets City Council District Parks Park
Recreation Sanitation Transportation Police Fire Water Power Building Safety Housing Health
County Avenue Ave Boulevard Blvd Road Rd Drive Dr Lane Ln Court Ct Place Pl Way St North
South East West Northeast Northwest Southeast Southwest Office Center Station Services
Service Division Team Unit Crew Desk Hotline Line Centre Mobile App Self Web Email Phone
Call Caller Resident Owner Property Manager Management Company Inc LLC Corp Church School
High Elementary University College Hospital Library Museum Square Plaza Bridge Beach Hill
Hills Valley Heights Village Gardens Estates Apartments Apt Suite Floor Room Gate Lot Block
The This That A An In On At Of For And Or No Not None Unknown Anonymous Monday Tuesday
Wednesday Thursday Friday Saturday Sunday January February March April May June July August
September October November December LAPD LAFD LADWP BOS BOE BSS LADOT PWD Field Supervisor
Inspector Operator Dispatcher Agency Group Association Homeowners Neighborhood Code
Enforcement Animal Control Graffiti Removal Illegal Dumping Bulky Item Items Dead Tree Trees
Traffic Signal Signs Sign Light Lights Lamp Pothole Sewer Storm Drain Hydrant Sidewalk Curb
Alley Case Ticket Request Info Information Trash Garbage Pickup Collection Grid Red Orange
Yellow Blue Level State Report Reports Said Says States Wants Asks
""")

#: words that often precede a name, "_" for a blank
LABELS_EN = _words("""
caller callers complainant reporter contact_person contact_name contact reported_by
requested_by submitted_by resident tenant homeowner owner landlord neighbor neighbour
witness applicant constituent full_name first_name last_name customer patient victim driver
spoke_to spoke_with talked_to talk_to ask_for attn called_by signed_by name_is my_name_is
name citizen requestor requester reporting_party RP spoke_w/ talked_w/ rang
""")
