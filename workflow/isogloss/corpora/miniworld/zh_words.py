"""The Chinese words of the mini-world. `zh.py` explains how they are written."""

NOUNS = """
teacher | 老师 位 ; 教师 位
pupil | 学生 个
doctor | 医生 位 ; 大夫 位
nurse | 护士 位
cook_p | 厨师 位
farmer | 农民 个
driver | 司机 个
customer | 顾客 位
singer | 歌手 位
player | 球员 名
hunter | 猎人 个
director | 经理 位
mother | 母亲 位 ; 妈妈 位
judge | 法官 位
father | 父亲 位 ; 爸爸 位
patient | 病人 个 ; 患者 个
professor | 教授 位
child | 孩子 个 ; 小孩 个
girl | 女孩 个
boy | 男孩 个
waitress | 女服务员 个
guest | 客人 位
baker | 面包师 位
grandmother | 奶奶 位 ; 祖母 位
grandfather | 爷爷 位 ; 祖父 位
son | 儿子 个
daughter | 女儿 个
brother | 哥哥 个
sister | 姐姐 个
wife | 妻子 位
husband | 丈夫 位
neighbour | 邻居 个
gardener | 园丁 个
shepherd | 牧羊人 个
worker | 工人 个
forester | 护林员 个
fisherman | 渔夫 个 ; 渔民 个
tourist | 游客 个
pilot | 飞行员 名
passenger | 乘客 位
captain | 队长 位
seller | 售货员 个
merchant | 商人 个
surgeon | 外科医生 位
pharmacist | 药剂师 位
musician | 音乐家 位
dancer | 舞者 个 ; 舞蹈演员 个
composer | 作曲家 位
painter | 画家 位
poet | 诗人 位
actress | 女演员 位
coach | 教练 位
runner | 赛跑选手 名
swimmer | 游泳选手 名
referee | 裁判 名
lawyer | 律师 位
thief | 小偷 个
witness | 证人 个
detective | 侦探 个
guard | 警卫 个
secretary | 秘书 位
engineer | 工程师 位
minister | 部长 位
president | 总统 位
journalist | 记者 名
writer | 作家 位
librarian | 图书管理员 位
friend | 朋友 个
woman | 女人 个
man | 男人 个
dog | 狗 只
cat | 猫 只
horse | 马 匹
cow | 奶牛 头 ; 母牛 头
sheep | 绵羊 只
goat | 山羊 只
pig | 猪 头
hen | 母鸡 只
duck | 鸭子 只
rabbit | 兔子 只
wolf | 狼 只
bear | 熊 头
fox | 狐狸 只
bird | 鸟 只
fish | 鱼 条
snake | 蛇 条
eagle | 鹰 只 ; 老鹰 只
deer | 鹿 头
mouse | 老鼠 只
bread | 面包
soup | 汤 碗
meat | 肉
cheese | 奶酪
rice | 米饭
sugar | 糖
honey | 蜂蜜
egg | 鸡蛋 个
apple | 苹果 个
tomato | 西红柿 个 ; 番茄 个
onion | 洋葱 个
carrot | 胡萝卜 根
cake | 蛋糕 个
salad | 沙拉 份
dish | 菜 道
water | 水
milk | 牛奶
tea | 茶
coffee | 咖啡
wine | 葡萄酒
medicine | 药 种
knife | 刀 把
spoon | 勺子 把
fork | 叉子 把
plate | 盘子 个
pot | 锅 口
cup | 杯子 个
bottle | 瓶子 个
table | 桌子 张
chair | 椅子 把
bed | 床 张
cupboard | 柜子 个
bench | 长椅 张
door | 门 扇
window | 窗户 扇
box | 箱子 个
suitcase | 行李箱 个
lamp | 灯 盏
key | 钥匙 把
lock | 锁 把
candle | 蜡烛 根
mirror | 镜子 面
gift | 礼物 份
bag | 包 个 ; 袋子 个
ticket | 票 张
map | 地图 张
passport | 护照 本
coin | 硬币 枚
money | 钱
ring | 戒指 枚
picture | 画 幅
book | 书 本
letter | 信 封
newspaper | 报纸 份
dictionary | 词典 本 ; 字典 本
poem | 诗 首
report | 报告 份
contract | 合同 份
alphabet_letter | 字母 个
word | 单词 个
pen | 笔 支
computer | 电脑 台 ; 计算机 台
phone | 电话 部
machine | 机器 台
ball | 球 个
medal | 奖牌 枚
shirt | 衬衫 件
coat | 大衣 件
hat | 帽子 顶
dress | 连衣裙 条
shoe | 鞋子 只
guitar | 吉他 把
piano | 钢琴 架
violin | 小提琴 把
flute | 长笛 支
tree | 树 棵
flower | 花 朵
rose | 玫瑰 朵 ; 玫瑰花 朵
mushroom | 蘑菇 个
berry | 浆果 颗
stone | 石头 块
axe | 斧头 把 ; 斧子 把
spade | 铁锹 把
car | 汽车 辆
bus | 公共汽车 辆 ; 公交车 辆
train | 火车 列
plane | 飞机 架
ship | 轮船 艘
bicycle | 自行车 辆
song | 歌 首 ; 歌曲 首
melody | 旋律 段
story | 故事 个
question | 问题 个
answer | 答案 个
problem | 问题 个
plan | 计划 个
rule | 规则 条
law_n | 法律 项
illness | 疾病 种 ; 病 种
operation | 手术 次
journey | 旅行 次 ; 旅程 段
lesson | 课 节
exam | 考试 次
game | 游戏 个
match | 比赛 场
race | 赛跑 场
trial | 审判 次
crime | 罪行 项
proof | 证据 个
secret | 秘密 个
meeting | 会议 次
decision | 决定 个
idea | 主意 个 ; 想法 个
price | 价格 个
prize | 奖品 份
film | 电影 部
concert | 音乐会 场
kitchen | 厨房 间 里
restaurant | 餐厅 家 ; 餐馆 家
school | 学校 所
library | 图书馆 座
university | 大学 所
farm | 农场 个
field | 田地 块 里
barn | 谷仓 座 里
village | 村庄 个 里 ; 村子 个 里
hospital | 医院 家
pharmacy | 药店 家 ; 药房 家
station | 车站 个
airport | 机场 个
harbour | 港口 个
hotel | 酒店 家 ; 宾馆 家
town | 城市 座 里
market_l | 市场 个
shop | 商店 家
bank | 银行 家
theatre | 剧院 家
museum | 博物馆 座
stadium | 体育场 座
court | 法院 座 ; 法庭 个
prison | 监狱 座 里
castle | 城堡 座 里
forest | 森林 片 里
river | 河 条 边
riverbank | 河岸 段 上
lake | 湖 片 边
mountain | 山 座 上
island | 岛 座 上
office | 办公室 间 里
factory | 工厂 家 里
ministry | 部委 个
house | 房子 座 里
garden | 花园 个 里
room | 房间 个 里
street | 街 条 上 ; 街道 条 上
park | 公园 个 里
pool | 游泳池 个 里 ; 泳池 个 里
church | 教堂 座 里
athlete | 运动员 名
soldier | 士兵 名
policewoman | 女警察 名 ; 女警 名
carpenter | 木匠 个
tailor | 裁缝 个
butcher | 屠夫 个
mechanic | 机械师 位
electrician | 电工 个
postman | 邮递员 个
barber | 理发师 位
dentist | 牙医 位
midwife | 助产士 位
scientist | 科学家 位
historian | 历史学家 位
translator | 译者 位 ; 翻译 位
architect | 建筑师 位
sailor | 水手 个 ; 海员 个
king | 国王 位
queen | 女王 位
uncle | 叔叔 位
aunt | 阿姨 位
grandson | 孙子 个
baby | 婴儿 个
criminal | 罪犯 个
mayor | 市长 位
violinist | 小提琴家 位
pianist | 钢琴家 位
champion | 冠军 位
goalkeeper | 守门员 名
spectator | 观众 位
villager | 村民 个
traveller | 旅行者 个
stewardess | 空姐 位
cashier | 收银员 个
person_h | 人 个
sparrow | 麻雀 只
owl | 猫头鹰 只
goose | 鹅 只
donkey | 驴 头 ; 驴子 头
lamb | 羊羔 只
calf | 牛犊 头
frog | 青蛙 只
bee | 蜜蜂 只
spider | 蜘蛛 只
turtle | 乌龟 只
squirrel | 松鼠 只
lion | 狮子 头
elephant | 大象 头
monkey | 猴子 只
hedgehog | 刺猬 只
animal_h | 动物 只
pear | 梨 个 ; 梨子 个
orange_f | 橙子 个
lemon | 柠檬 个
cherry | 樱桃 颗
banana | 香蕉 根
potato | 土豆 个 ; 马铃薯 个
cucumber | 黄瓜 根
cabbage | 卷心菜 颗
pasta | 意大利面 ; 意面
sausage | 香肠 根
butter | 黄油
salt | 盐
flour | 面粉
ice_cream | 冰淇淋
chocolate | 巧克力
nut | 坚果 颗
pancake | 煎饼 张
yoghurt | 酸奶
fruit | 水果 种
vegetable | 蔬菜 种
juice | 果汁
beer | 啤酒
lemonade | 柠檬水
clock | 时钟 个
umbrella | 雨伞 把 ; 伞 把
blanket | 毯子 条
pillow | 枕头 个
towel | 毛巾 条
comb | 梳子 把
toy | 玩具 个
doll | 娃娃 个 ; 洋娃娃 个
rope | 绳子 根
basket | 篮子 个
flag | 旗子 面 ; 旗帜 面
camera | 相机 台 ; 照相机 台
wallet | 钱包 个
stamp | 邮票 张
envelope | 信封 个
photograph | 照片 张
statue | 雕像 座
vase | 花瓶 个
pan | 平底锅 口
bowl | 碗 个
glass | 玻璃杯 个
bucket | 水桶 个 ; 桶 个
carpet | 地毯 块
sofa | 沙发 张
shelf | 架子 个
hammer | 锤子 把
saw | 锯子 把
needle | 针 根
brush | 刷子 把
ladder | 梯子 架
tool_h | 工具 件
sweater | 毛衣 件
skirt | 裙子 条
jacket | 夹克 件
scarf | 围巾 条
glove | 手套 只
sock | 袜子 只
boot | 靴子 只
belt | 腰带 条 ; 皮带 条
drum | 鼓 面
trumpet | 小号 把
accordion | 手风琴 架
instrument_h | 乐器 件
truck | 卡车 辆 ; 货车 辆
boat | 船 条
tram | 有轨电车 辆 ; 电车 辆
motorcycle | 摩托车 辆
taxi | 出租车 辆
vehicle_h | 交通工具 个
television | 电视机 台 ; 电视 台
radio | 收音机 台
refrigerator | 冰箱 台
printer | 打印机 台
oak | 橡树 棵
tulip | 郁金香 朵
bush | 灌木 丛
plant_h | 植物 株
magazine | 杂志 本
diary | 日记 本
novel | 小说 本
textbook | 课本 本 ; 教科书 本
message | 消息 条
list | 清单 份
recipe | 食谱 份 ; 菜谱 份
invitation | 邀请函 封
joke | 笑话 个
fairy_tale | 童话 个 ; 童话故事 个
project | 项目 个
discovery | 发现 个
mistake | 错误 个
accident | 事故 起
theory | 理论 个
experiment | 实验 个
dream | 梦 个
offer | 报价 份
result | 结果 个
opera | 歌剧 部
speech | 演讲 场
ballet | 芭蕾舞 场
tournament | 锦标赛 场
battle | 战斗 场
building | 建筑 座 里 ; 建筑物 座 里
bakery | 面包店 家
cafe | 咖啡馆 家 ; 咖啡厅 家
post_office | 邮局 家
cinema | 电影院 家
beach | 海滩 片 上 ; 沙滩 片 上
desert | 沙漠 片 里
valley | 山谷 个 里
bridge | 桥 座 上
square | 广场 个 上
tower | 塔 座 里
palace | 宫殿 座 里
embassy | 大使馆 座
laboratory | 实验室 间 里
classroom | 教室 间 里
balcony | 阳台 个 上
cellar | 地下室 间 里 ; 地窖 个 里
bathroom | 浴室 间 里
bedroom | 卧室 间 里
gym | 健身房 家 里
zoo | 动物园 座 里
sea | 海 片 边
roof | 屋顶 个 上
corridor | 走廊 条 里
playground | 操场 个 上
workshop | 作坊 间 里
cave | 洞穴 个 里 ; 山洞 个 里
hill | 山丘 座 上
meadow | 草地 片 上
temple | 寺庙 座 里
monastery | 修道院 座 里
"""

VERBS = """
eat | 吃 ^ ; 喝 ^ [soup]
drink_v | 喝 ^
cook | 煮 ^ ; 做 ^ [dish]
bake | 烤
cut | 切 ^
order | 点
wash | 洗 ^ ; 清洗 ; 擦 ^ [window]
fill | 装满 = ^
read | 读 ; 看 ; 看 [map]
write | 写
explain | 解释 @向 ; 解释 @给
learn | 学习 ; 学
ask | 问
prepare | 准备
treat | 治疗
examine | 检查
help | 帮助
visit | 看望 [person] ; 拜访 [person] ; 参观
take | 服用 ; 吃 ^
feed | 喂
milk_v | 挤/奶 @给
plant | 种 ; 种植
fell | 砍 ^ ; 砍倒 = ^
catch | 抓住 = ; 捉住 =
hunt | 猎捕 ; 捕猎
watch | 观看 [contest] ; 看 [contest] ; 观察
find | 找到 =
collect | 收集 ; 采集 [mushroom berry flower] ; 采摘 [apple]
lose | 弄丢 = ^
search | 寻找 ; 找
buy | 买 ; 购买
sell | 卖 +给 ^
pay | 付/钱 @给
compare | 比较
choose | 挑选 ; 选择
wear | 穿 着 ~ ; 戴 着 ~ [hat scarf glove] ; 系 着 ~ [belt]
give | 给 ^
show | 展示 @向 ; 看 @给
send | 寄 +给 ^
bring | 拿来 @给 = ; 带来 @给 =
tell | 告诉 ^ ; 讲 @给 [story]
steal | 偷 ; 偷走 = ^
interrogate | 审问 ; 盘问
defend | 辩护 @为
discuss | 讨论
sign | 签署 ; 签
criticise | 批评
repair | 修理 ; 修好 = ^
use | 使用 ; 用
open | 打开 ^
close | 关上 = ^ ; 关 ^
drive | 开 ; 驾驶
wait | 等 ; 等待
meet | 遇见 = ; 遇到 =
play_i | 弹 [guitar piano] ; 拉 [violin accordion] ; 吹 [flute trumpet] ; 敲 [drum] ; 演奏
perform | 演唱 [song] ; 演奏
hear_t | 听
paint | 画
admire | 欣赏 ; 钦佩 ~ ! [person]
win | 赢得 =
throw | 扔 ; 抛
train_v | 训练
love | 爱 ~ ! [person animal] ; 喜爱 ~ !
see | 看见 = ; 看到 =
fear | 害怕 ~ ! ; 怕 ~ !
sleep | 睡觉
work | 工作
sing | 唱/歌
dance | 跳/舞
laugh | 笑
cry | 哭
sit | 坐 着 ~
swim | 游/泳
run | 奔跑 ; 跑/步 [person]
practise | 练习
go | 去
travel_v | 旅行 @去
return | 返回 ; 回
come | 来
hurry | 赶往
say | 说 ~ ; 表示 ~
know | 知道 ~ !
believe | 相信 ~ !
hear | 听说 ~ =
forget | 忘记 = ; 忘 =
hope | 希望 ~ !
think | 认为 ~ ! ; 觉得 ~ !
understand | 明白 ~ !
announce | 宣布 ~
break_v | 打碎 = ^ ; 打破 = ^ ; 弄坏 = ^ [toy chair]
build | 建造 ; 修建 [house bridge tower church palace] ; 制造 [machine]
carry | 搬运 ; 搬 ; 背 [child baby]
clean_v | 打扫 [place] ; 清洁
count_v | 数
describe | 描述 @向
destroy | 毁掉 = ^ ; 摧毁
hide | 藏 ; 藏好 = ^
hate | 讨厌 ~ ! ; 恨 ~ ! [person]
praise | 称赞 ; 赞扬
accept | 接受
reject | 拒绝
hug | 拥抱
invite | 邀请
lift | 举起 ; 抬起 [furniture box suitcase basket]
measure | 测量
peel | 削 ^ ; 剥 ^ [orange_f onion banana egg]
pull | 拉
push | 推
publish | 出版 ; 发表 [report poem letter result discovery]
translate | 翻译
solve | 解决 ; 侦破 [crime] ; 解答 [question]
taste | 品尝 ; 尝
touch | 触摸 ; 摸
protect | 保护
follow | 跟随
greet | 问候 ; 打/招呼 @向
rescue | 救 ; 营救
punish | 惩罚 ; 处罚
photograph_v | 拍摄
lend | 借 +给 ^
offer_v | 提供 @向 ; 提供 @给
recommend | 推荐 @向 ; 推荐 @给
smile | 微笑
cough | 咳嗽
jump | 跳 ; 跳跃
fall | 摔倒 = ; 跌倒 =
rest | 休息
shout | 喊叫 ; 叫喊
stand | 站 着 ~
fly | 飞往
walk | 步行 +去
flee | 逃往 ; 逃到
remember | 记得 ~ !
notice | 注意到 ~ =
promise | 承诺 ~ ; 答应 ~
report_s | 报告说 ~
"""

ADJECTIVES = """
new | 新
old | 古老 ; 旧 [thing readable furniture vehicle opening instrument machine clothing house room kitchen office factory barn school shop]
aged | 年老/老
big | 大
small | 小
young | 年轻 ; 年幼/年轻 [animal]
good | 好
bad | 糟糕
fresh | 新鲜
cold | 冷
hot | 热
sweet | 甜
clean | 干净
dirty | 脏
sick | 生病 了
healthy | 健康
tired | 疲惫/累 ; 疲倦
hungry | 饥饿/饿
clever | 聪明
famous | 著名/出名
strong | 强壮
fast | 快速/快 ; 快 [horse] ; 敏捷 [person]
happy | 快乐 ; 高兴
sad | 悲伤 ; 难过
sad_n | 伤感
rich | 富有 ; 有钱 没
poor | 贫穷 ; 穷
expensive | 昂贵/贵
cheap | 便宜
beautiful | 美丽 ; 漂亮
important | 重要
difficult | 困难/难
easy | 容易 ; 简单
heavy | 沉重/重
light_a | 轻便/轻
dangerous | 危险
long | 长的 ; 漫长/长 [issue contest]
short | 简短/短 ; 短的 [word alphabet_letter dictionary diary textbook magazine]
interesting | 有趣 ; 有意思 没
red | 红色 是
green | 绿色 是
black | 黑色 是
white | 白色 是
blue | 蓝色 是
evil | 邪恶
quiet | 安静
empty | 空 是
full | 满的 是
secret_a | 秘密 是
brave | 勇敢
wild | 野生 是
slow | 缓慢/慢 ; 慢 [horse] ; 迟缓 [person]
weak | 虚弱
cowardly | 胆小 ; 懦弱
loud | 吵闹 ; 响亮 [performance instrument]
dry | 干
wet | 湿漉漉/湿
warm | 温热 ; 温暖 [place clothing thing]
yellow | 黄色 是
brown | 棕色 是 ; 褐色 是
polite | 礼貌
rude | 粗鲁
lazy | 懒惰/懒
modern | 现代
boring | 无聊 ; 乏味
strange | 奇怪
useful | 有用 没
useless | 无用 是
angry | 愤怒/生气 ; 生气
proud | 骄傲 ; 自豪
curious | 好奇
honest | 诚实
broken | 损坏/坏 了
sharp | 锋利 ; 尖锐 [needle stone]
deep | 深的
wide | 宽阔/宽
narrow | 狭窄/窄
"""

PHRASES = """
two | 两/NUM
three | 三/NUM
four | 四/NUM
five | 五/NUM
six | 六/NUM
ten | 十/NUM
seven | 七/NUM
eight | 八/NUM
twelve | 十二/NUM
twenty | 二十/NUM
hundred | 一百/NUM
nine | 九/NUM
thirty | 三十/NUM
all | 所有/DET
some | 一些/DET
yesterday | 昨天/NOUN
last_week | 上周/NOUN ; 上星期/NOUN
recently | 最近/NOUN
last_year | 去年/NOUN
last_month | 上个月/NOUN
now | 现在/NOUN
today | 今天/NOUN
every_day | 每/DET 天/NOUN
often | 经常 ; 常常
always | 总是
sometimes | 有时 ; 有时候
every_week | 每/DET 周/NOUN ; 每/DET 星期/NOUN
tomorrow | 明天/NOUN
next_week | 下周/NOUN ; 下星期/NOUN
soon | 很/ADV 快/ADV ; 不久
next_year | 明年/NOUN
morning | 早上/NOUN ; 早晨/NOUN
evening | 晚上/NOUN
night | 夜里/NOUN
monday | 星期一/NOUN ; 周一/NOUN
friday | 星期五/NOUN ; 周五/NOUN
sunday | 星期日/NOUN ; 星期天/NOUN ; 周日/NOUN
summer | 夏天/NOUN ; 夏季/NOUN
spring | 春天/NOUN ; 春季/NOUN
winter | 冬天/NOUN ; 冬季/NOUN
again | 再次
quickly | 迅速/ADJ 地/PART ; 快速/ADJ 地/PART
gladly | 高兴/ADJ 地/PART ; 乐意/ADJ 地/PART
slowly | 慢慢/ADV 地/PART ; 缓慢/ADJ 地/PART
carefully | 小心/ADJ 地/PART ; 仔细/ADJ 地/PART
calmly | 平静/ADJ 地/PART ; 冷静/ADJ 地/PART
secretly | 偷偷/ADV 地/PART ; 悄悄/ADV 地/PART
alone | 独自
tuesday | 星期二/NOUN ; 周二/NOUN
saturday | 星期六/NOUN ; 周六/NOUN
autumn | 秋天/NOUN ; 秋季/NOUN
afternoon | 下午/NOUN
next_month | 下个月/NOUN
loudly | 大声 ; 大声/ADV 地/PART
suddenly | 突然
patiently | 耐心/ADJ 地/PART
politely | 礼貌/ADJ 地/PART
"""

NAMES = """
Anna | 安娜
Peter | 彼得
Maria | 玛丽亚
Martin | 马丁
Elena | 埃琳娜
Viktor | 维克托
Sofia | 索菲亚
Anton | 安东
Olga | 奥尔加
Robert | 罗伯特
Julia | 朱莉娅
Adam | 亚当
Emma | 艾玛
Karl | 卡尔
Vera | 薇拉
Mehmet | 梅赫梅特
Clara | 克拉拉
Ivan | 伊万
Irina | 伊琳娜
Daniel | 丹尼尔
Selma | 塞尔玛
Roman | 罗曼
Diana | 戴安娜
Osman | 奥斯曼
Nina | 尼娜
Oskar | 奥斯卡
Marta | 玛尔塔
Albert | 阿尔伯特
Amina | 阿米娜
Kemal | 凯末尔
Eva | 伊娃
Simon | 西蒙
Laura | 劳拉
Bernard | 伯纳德
Tamara | 塔玛拉
Hakan | 哈坎
Lena | 莱娜
Herbert | 赫伯特
Alina | 阿丽娜
Gustav | 古斯塔夫
Lucia | 露西娅
Pavel | 帕维尔
Helena | 海伦娜
Felix | 菲利克斯
Zeynep | 泽伊内普
Oliver | 奥利弗
Monika | 莫妮卡
Leon | 莱昂
Ayla | 艾拉
Rosa | 罗莎
Tomas | 托马斯
Elif | 埃莉芙
Hugo | 雨果
Silvia | 西尔维娅
Emre | 埃姆雷
Teresa | 特蕾莎
Boris | 鲍里斯
Camila | 卡米拉
Murat | 穆拉特
Judith | 朱迪丝
Nadia | 娜迪娅
Jakob | 雅各布
Leyla | 莱拉
Ramon | 拉蒙
Schmidt | 施密特
Novak | 诺瓦克
Demir | 德米尔
Keller | 凯勒
Weber | 韦伯
Costa | 科斯塔
Arslan | 阿尔斯兰
Berg | 贝格
Lorenz | 洛伦茨
Silva | 席尔瓦
Martinez | 马丁内斯
Fischer | 菲舍尔
Horvat | 霍尔瓦特
Kaplan | 卡普兰
Brandt | 勃兰特
Santos | 桑托斯
Aydin | 艾登
Molnar | 莫尔纳
Hoffman | 霍夫曼
Torres | 托雷斯
Polat | 波拉特
Lindner | 林德纳
Kowal | 科瓦尔
Romero | 罗梅罗
Berlin | 柏林
London | 伦敦
Moscow | 莫斯科
Ankara | 安卡拉
Paris | 巴黎
Vienna | 维也纳
Istanbul | 伊斯坦布尔
Rome | 罗马
Munich | 慕尼黑
Prague | 布拉格
Kazan | 喀山
Izmir | 伊兹密尔
Madrid | 马德里
Warsaw | 华沙
Samara | 萨马拉
Hamburg | 汉堡
Dublin | 都柏林
Bursa | 布尔萨
Geneva | 日内瓦
Tver | 特维尔
Lisbon | 里斯本
Dresden | 德累斯顿
Konya | 科尼亚
Venice | 威尼斯
Krakow | 克拉科夫
Riga | 里加
Barcelona | 巴塞罗那
Milan | 米兰
Athens | 雅典
Budapest | 布达佩斯
Oslo | 奥斯陆
Adana | 阿达纳
Frankfurt | 法兰克福
Kyiv | 基辅
Valencia | 巴伦西亚
Beijing | 北京
Cairo | 开罗
Zagreb | 萨格勒布
Malaga | 马拉加
Sivas | 锡瓦斯
Sevilla | 塞维利亚
Leipzig | 莱比锡
Trabzon | 特拉布宗
Omsk | 鄂木斯克
Tokyo | 东京
Granada | 格拉纳达
Orion | 奥利安
Delta | 德尔塔
Atlas | 阿特拉斯
Nordbank | 诺德银行
Eurotex | 欧罗泰克斯
Sputnik | 斯普特尼克
Merkur | 默库尔
Astra | 阿斯特拉
Titan | 泰坦
Omega | 欧米茄
Helios | 赫利俄斯
Vega | 维加
Novatek | 诺瓦泰克
Polaris | 波拉里斯
Centrum | 森特鲁姆
Sirius | 西里乌斯
Kronos | 克罗诺斯
Apex | 艾派克斯
Lumina | 卢米纳
Vertex | 沃泰克斯
"""
