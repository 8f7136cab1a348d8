// Texts of known content: sentences, names, prices and Chinese phrases, drawn with a seeded generator.

const NOUNS =
  'account address agreement airport answer apartment article assembly balance bank battery bicycle board bottle bridge budget building business cabinet camera canal capital carpet ceiling century chapter charge church circle citizen claim clerk climate clinic coast college colour column comment company concert contract copper corner cotton council country court cousin customer damage daughter decision degree delivery department desert design detail device dinner direction director discount distance district doctor document drawer driver economy edition editor effect election electricity employee energy engine entrance envelope equipment estate evening evidence example exchange exhibition expense factory failure family farmer feature festival figure flight flower forest fortune foundation freight furniture garage garden gallery glass government guest guide harbour health height history holiday hospital hotel hour household husband image income industry information inquiry insect instrument insurance interest invoice island journal journey judge kitchen knowledge labour language lawyer leader leather letter level library licence machine magazine manager market material meadow measure medicine meeting member memory message method minute mirror mixture model moment month morning mountain museum music nation nature neighbour network notice number object office officer opinion orchard order origin package painting paper parcel parish partner passage patient pattern payment people period permit person picture pilot planet plant platform pocket policy position postage practice premium present president price printer prison problem process product profit project promise property proposal purchase quality quantity quarter question railway reason receipt record reference region register relation rent repair report request research reserve resident result return review reward river road salary sample schedule school science season secretary section service session shadow shelter signal silver society soldier solution source speech square stable staff station statement stone storage street student subject success sugar summer supply surface surgeon survey system teacher temperature tenant theatre ticket timber tobacco tower traffic transport travel treaty trouble tunnel uncle union university valley value vehicle vessel village visitor volume voyage wagon water weather weight window winter witness worker yard'.split(
    ' ',
  );
const VERBS =
  'accepts adds allows announces answers arranges asks begins brings builds buys calls carries changes checks chooses closes collects compares considers covers crosses delivers describes discovers divides draws drives enters examines expects explains exports fetches fills finds finishes follows forgets gives grows handles holds improves includes joins keeps knows leaves lends likes makes manages marks measures meets mentions moves needs notices offers opens orders owns packs passes pays plans prepares prints produces promises provides publishes pulls pushes raises reaches receives refuses remembers removes repairs replaces reports requires returns saves seeks sells sends serves shares shows signs supports takes teaches tests turns uses values visits waits wants warns washes watches weighs writes'.split(
    ' ',
  );
const ADJECTIVES =
  'able annual bitter black blue brief bright broad brown calm careful central cheap clean clear clever cold common complete cool correct curious daily dark dear deep different direct double dry eager early easy eastern empty equal exact extra fair famous fast final fine firm first flat foreign formal free frequent fresh full general gentle golden good grand great green grey happy hard heavy high holy honest hot human important joint junior kind large late legal light little local long loose loud low lucky main major mild minor modern moral narrow national natural near neat new noble normal northern old open orange ordinary other pale perfect plain polite poor popular possible pretty private proper proud public pure purple quick quiet rapid rare raw ready real recent red regular rich right ripe rough round royal rural safe secret senior serious sharp short silent simple single slow small smooth soft solid southern special steady steep strange strict strong sudden sweet tall tender thick thin tidy tight total tough upper urban usual various vast warm weak western wet white whole wide wild wise wonderful wooden yellow young'.split(
    ' ',
  );
const LINKS =
  'and but while because although before after until unless whenever where though so yet or since'.split(' ');
const PLACES =
  'in near behind above below beside against between through across from with without under'.split(' ');
const FIRST_NAMES =
  'Alice Benjamin Clara Daniel Eleanor Frederick Grace Hugo Irene Jacob Katherine Leonard Margaret Nathan Olivia Patrick Quentin Rebecca Samuel Theresa Ursula Victor Wendy Xavier Yvonne Zachary'.split(
    ' ',
  );
const LAST_NAMES =
  'Abbott Barnes Carter Dawson Ellis Fletcher Gibson Harper Ingram Jenkins Knight Lawson Morgan Norris Osborne Palmer Quigley Reynolds Sutton Thornton Underwood Vaughan Whitfield York'.split(
    ' ',
  );
const GOODS =
  'APPLE JUICE|BROWN BREAD|BUTTER 250G|CHEDDAR|CHICKEN SOUP|COFFEE BEANS|DARK CHOCOLATE|EGGS 12PK|FOOD|GREEN TEA|HONEY|ICE CREAM|JAM|KITCHEN ROLL|LEMONS|MILK 1L|NOODLES|OLIVE OIL|PASTA 500G|PEPPER|RICE 1KG|SALMON|SOAP|SPARKLING WATER|SUGAR|TOMATOES|TOOTHPASTE|WALNUTS|WHITE WINE|YOGURT'.split(
    '|',
  );
const CHINESE =
  '我们 他们 今天 明天 昨天 早晨 中午 晚上 春天 夏天 秋天 冬天 学校 老师 学生 朋友 家庭 父亲 母亲 孩子 城市 乡村 道路 桥梁 河流 山谷 森林 海洋 天空 太阳 月亮 星星 风雨 雷电 花园 果树 小麦 水稻 牛羊 骏马 飞鸟 游鱼 工厂 机器 工人 农民 商店 市场 价格 质量 数量 合同 公司 经理 会议 报告 计划 项目 技术 科学 研究 实验 结果 问题 方法 经验 知识 文化 艺术 音乐 绘画 诗歌 小说 历史 地理 语言 文字 书籍 报纸 杂志 电视 电影 网络 信息 数据 系统 程序 软件 设备 电力 能源 环境 保护 发展 建设 改革 开放 经济 贸易 银行 货币 投资 保险 医院 医生 护士 药品 健康 运动 比赛 冠军 旅游 风景 饭店 客人 服务 热情 努力 认真 安静 美丽 高兴 快乐 希望 梦想 未来 过去 现在 时间 空间 世界 国家 人民 政府 法律 权利 责任 安全 和平 友谊 合作 交流 理解 支持 帮助 感谢 欢迎 参加 组织 管理 领导 决定 选择 开始 结束 继续 提高 增加 减少 变化 影响 关系 条件 情况 原因 目的 意义 作用 特点 优点 缺点 成功 失败 困难 简单 复杂 重要 必须 可以 应该 能够 已经 正在 非常 特别 一起 到处 终于 突然 慢慢'.split(
    ' ',
  );

/** Numbers in [0, 1), the same for the same seed. */
export function generator(seed) {
  let state = (seed * 2654435761 + 97) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Texts of one page. */
export class Writer {
  constructor(seed) {
    this.random = generator(seed);
  }

  integer(low, high) {
    return low + Math.floor(this.random() * (high - low + 1));
  }

  one(list) {
    return list[this.integer(0, list.length - 1)];
  }

  name() {
    return `${this.one(FIRST_NAMES)} ${this.one(LAST_NAMES)}`;
  }

  street() {
    return `${this.integer(1, 240)} ${this.title(this.one(NOUNS))} Street`;
  }

  date() {
    const two = (value) => String(value).padStart(2, '0');
    return `${two(this.integer(1, 28))}/${two(this.integer(1, 12))}/${this.integer(1995, 2029)}`;
  }

  price(most = 90) {
    return `${this.integer(0, most)}.${String(this.integer(0, 99)).padStart(2, '0')}`;
  }

  goods() {
    return this.one(GOODS);
  }

  noun() {
    return this.one(NOUNS);
  }

  title(word) {
    return word[0].toUpperCase() + word.slice(1);
  }

  /** `The old bridge keeps a quiet river near the market.` */
  sentence() {
    const thing = () => {
      const words = [this.one(['the', 'a', 'this', 'every', 'our', 'their'])];
      if (this.random() < 0.5) words.push(this.one(ADJECTIVES));
      return [...words, this.one(NOUNS)].join(' ').replace(/^a (?=[aeiou])/, 'an ');
    };
    const clause = () => {
      const words = [thing(), this.one(VERBS), thing()];
      if (this.random() < 0.4) words.push(this.one(PLACES), thing());
      if (this.random() < 0.15) words.push('in', String(this.integer(1900, 2030)));
      return words.join(' ');
    };
    const first = this.title(clause());
    const mark = this.random() < 0.9 ? '.' : '?';
    return this.random() < 0.45 ? `${first}, ${this.one(LINKS)} ${clause()}${mark}` : `${first}${mark}`;
  }

  paragraph(sentences) {
    return Array.from({ length: sentences }, () => this.sentence()).join(' ');
  }

  /** Characters without a space. */
  chinese(length, marks = true) {
    let text = '';
    while (text.length < length) {
      for (let i = this.integer(2, 5); i > 0; i--) text += this.one(CHINESE);
      if (marks) text += this.random() < 0.65 ? '，' : '。';
    }
    return text.slice(0, length);
  }
}
