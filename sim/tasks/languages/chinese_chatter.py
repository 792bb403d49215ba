"""What is said in Mandarin that is no task here."""

from sim.tasks.languages.chinese import CHINESE
from sim.tasks.languages.tables import Chatter

_PLAIN = (
    "今天天气怎么样", "唱首歌", "讲个笑话", "现在几点了", "你好吗", "早上好", "你好", "你是谁",
    "你住在哪里", "给我跳个舞", "给我妈妈打电话", "开灯", "放点音乐", "别放音乐了", "念一下新闻",
    "去睡觉", "给我泡杯咖啡", "做晚饭", "你叫什么名字", "你几岁了", "谢谢你", "写封信", "数到十",
    "休息一会儿", "翻个跟头", "朝我挥挥手", "去遛狗", "今天星期几", "讲个故事", "点一份披萨",
    "我累了", "这里好冷", "干得不错", "二加二等于几", "你的名字怎么写", "看看窗外",
)  # fmt: skip
_VERBS = (
    "清理", "粉刷", "清洗", "修补", "锁上", "寻找", "卖掉", "数一数", "踢", "藏起来", "打破", "画",
    "描述", "测量", "剪开", "擦干", "吃掉", "尝尝", "闻闻", "装饰", "出租", "看守", "忘记", "称赞",
    "称一称", "包装", "解释", "欣赏", "偷走", "种", "挖", "捆好", "捏", "刮花", "锤打", "邮寄",
    "涂抹", "观察", "砸碎", "命名",
)  # fmt: skip
_THINGS = (
    "窗户", "门", "厨房", "汽车", "毛巾", "衬衫", "地板", "台灯", "椅子", "瓶子", "手机", "屋顶",
    "篱笆", "地毯", "小船", "大树", "蛋糕", "汤", "信", "墙", "箱子", "火车", "马", "鞋子", "电脑",
    "大门", "烤箱", "图画", "时钟", "书包",
)  # fmt: skip
_ABOUT = (
    "{v}{o}", "{v}{o}", "{v}{o}", "{v}{o}和{d}", "{v}我的{o}", "你觉得{o}怎么样", "用{d}{v}{o}",
    "{o}是谁做的", "把{o}扔出窗外", "{o}贵吗", "{o}为什么在这里", "你喜欢{o}吗", "{o}真好看",
    "在厨房里{v}{o}",
)  # fmt: skip
_ANYTHING = (
    "什么是{t}", "{t}是谁的", "{t}怎么这么旧", "{t}什么时候开门", "你有{t}吗", "我需要一个{t}",
    "我{v}我的{t}", "怎么{v}{t}", "我的{t}坏了", "{v}一个{t}", "{v}我的{t}", "{v}{t}", "{v}那个{t}",
    "你{v}{t}了吗", "买个新{t}", "我们来{v}点什么", "我把{t}忘在哪里了", "帮我{v}一下",
    "不要{v}{t}", "别{v}{t}", "教我的{t}{v}", "{t}有多大", "{v}了又{v}",
)  # fmt: skip
_HELD_PLAIN = (
    "法国的首都是哪里", "吹个口哨", "午饭吃什么", "你今天过得怎么样", "晚安", "再见",
    "你喜欢音乐吗", "给我姐姐打电话", "关掉收音机", "烤些面包", "绕着房子跑一圈", "写首诗",
    "今年是哪一年", "月亮有多远", "教我游泳", "订一张机票", "我饿了", "下雨了", "做得好",
    "六乘七等于几", "跳上跳下", "整理床铺", "喂喂猫",
)  # fmt: skip
_HELD_VERBS = ("折叠", "熨烫", "修理", "浇灌", "擦亮", "清扫")
_HELD_THINGS = ("毛巾", "花园", "窗帘", "自行车", "厨房", "衬衫", "楼梯")
_HELD_ABOUT = ("煮{o}", "烧掉{o}", "融化{o}", "给{o}拍照", "买下{o}")
# A word of two of these hardly means anything, and is in no sentence that is a task or held out.
_RESERVED = frozenset(
    "".join(
        text
        for table in (
            *CHINESE.seen.values(), *CHINESE.held_out.values(), *CHINESE.relations.values(),
            *CHINESE.held_out_relations.values(), *CHINESE.nouns.values(),
            CHINESE.colours.values(), _HELD_PLAIN, _HELD_VERBS, _HELD_THINGS, _HELD_ABOUT,
        )
        for text in table
    )
)  # fmt: skip
_COMMON = (
    "云山石河田竹松梅兰霜雪雷海岛沙金银铜铁龙虎鹿鹤燕鱼鸟牛羊鸡鸭春夏秋冬南北江湖林草叶根果米豆茶盐"
    "糖油酒布线针刀笔纸墨琴棋旗鼓弓箭舟桥井泉溪谷峰崖甲乙丙丁申奇妙浓淡深浅轻沉软硬冷暖古今"
    "扬泛荡拨挑捧敲弹洒熔摇晃缠绑磨刻抖拂托揉卷滚吸喷"
)
_SYLLABLES = tuple(character for character in _COMMON if character not in _RESERVED)

CHINESE_CHATTER = Chatter(
    plain=_PLAIN, held_out_plain=_HELD_PLAIN,
    verbs=_VERBS, held_out_verbs=_HELD_VERBS, things=_THINGS, held_out_things=_HELD_THINGS,
    about=_ABOUT, held_out_about=_HELD_ABOUT, anything=_ANYTHING,
    chore="{v}{t}", please="请",
    syllable=(_SYLLABLES,), syllables=(2, 2), shortest=2, reserved=frozenset(),
)  # fmt: skip
