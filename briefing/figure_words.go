package briefing

import "strings"

// The words of reports of figures, in English and Arabic, written plain. A noun
// that is not here counts nothing, and a figure without a sense is not compared.

// nouns give for a word what is counted. Words for the same thing share a name.
var nouns = namedWords(map[string]string{
	"person":     "people person persons شخص شخصا أشخاص شخصين",
	"fighter":    "fighter fighters militant militants jihadist jihadists jihadi jihadis gunman gunmen insurgent insurgents terrorist terrorists combatant combatants militiaman militiamen مقاتل مقاتلا مقاتلين مقاتلي مقاتلون مسلح مسلحا مسلحين مسلحي مسلحون إرهابي إرهابيا إرهابيين إرهابيون عنصر عنصرا عناصر جهادي جهاديا جهاديين داعشي داعشيا",
	"soldier":    "soldier soldiers troop troops serviceman servicemen جندي جنديا جنود عسكري عسكريا عسكريين عسكريون",
	"civilian":   "civilian civilians مدني مدنيا مدنيين مدنيون مدنيات",
	"child":      "child children طفل طفلا أطفال",
	"woman":      "woman women امرأة نساء سيدة سيدات",
	"family":     "family families household households عائلة عائلات أسرة أسر",
	"policeman":  "policeman policemen شرطي شرطيا",
	"journalist": "journalist journalists reporter reporters صحفي صحفيا صحفيين صحافي صحافيا صحافيين إعلامي إعلاميا إعلاميين",
	"worker":     "worker workers عامل عاملا عمال",
	"student":    "student students طالب طالبا طلاب",
	"villager":   "villager villagers resident residents قروي قرويا قرويين",
	"prisoner":   "prisoner prisoners detainee detainees captive captives أسير أسيرا أسرى معتقل معتقلا معتقلين محتجز محتجزا محتجزين سجين سجينا سجناء",
	"hostage":    "hostage hostages رهينة رهائن مختطف مختطفا مختطفين",
	"migrant":    "migrant migrants مهاجر مهاجرا مهاجرين",
	"refugee":    "refugee refugees لاجئ لاجئا لاجئين",
	"officer":    "officer officers ضابط ضابطا ضباط",
	"truck":      "truck trucks lorry lorries شاحنة شاحنات",
	"tank":       "tank tanks دبابة دبابات",
	"vehicle":    "vehicle vehicles آلية آليات مركبة مركبات سيارة سيارات",
	"house":      "house houses home homes منزل منزلا منازل بيت بيتا بيوت",
	"building":   "building buildings مبنى مباني بناء أبنية",
	"drone":      "drone drones مسيرة مسيرات",
})

// senses are what is told of those counted.
var senses = namedWords(map[string]string{
	"killed":      "killed kill kills killing dead died die dies deaths death slain fatalities قتل قتلت قتلوا مقتل قتلى قتيل قتيلا استشهد استشهاد شهيد شهيدا شهداء مصرع مصرعهم وفاة توفي توفوا",
	"wounded":     "wounded wound wounding injured injure injures injuring hurt wounds أصيب أصيبت أصيبوا إصابة جرح جرحت جرحى جريح جريحا مصاب مصابا مصابين",
	"surrendered": "surrendered surrender surrenders surrendering استسلم استسلمت استسلموا استسلام يستسلم",
	"captured":    "arrested arrest arrests arresting detained detain detains detaining captured capture captures capturing اعتقل اعتقلت اعتقلوا اعتقال أسرت احتجزت احتجاز توقيف أوقفت",
	"displaced":   "displaced displace displaces displacing fled flee fleeing نزح نزحت نزحوا نزوح تهجير تشريد فرت فر فروا فرار",
	"freed":       "freed frees freeing released release releases releasing أفرج أفرجت إفراج",
	"kidnapped":   "kidnapped abducted kidnap abduct kidnapping abducting خطف خطفت اختطف اختطفت اختطاف خطفوا",
	"missing":     "missing مفقود مفقودا مفقودين فقدان",
	"evacuated":   "evacuated evacuate evacuates evacuating evacuation إجلاء أجلي أجلت",
	"destroyed":   "destroyed destroy destroys destroying دمر دمرت تدمير دمروا",
	"arrived":     "arrived arrive arrives arriving reached reaches reaching وصل وصلت وصلوا وصول",
})

// alone are senses of what those counted do themselves; of the others, those
// counted before the verb suffer it only where it is passive.
var alone = wordSet("surrendered displaced missing arrived")

// selfSaid are words of killing that those counted "do": 13 fighters died.
var selfSaid = wordSet("died die dies dead surrendered")

// casualties are words that count people and tell what became of them.
var casualties = plainSet("dead killed wounded injured missing deaths fatalities قتيل قتيلا قتلى جريح جريحا جرحى شهيد شهيدا شهداء مفقود مفقودا مفقودين مصابا مصابين")

// passing are the words of a passive.
var passing = wordSet("were was been being are is be got had")

// acting are phrases that tell a sense in several words; those counted do it
// themselves where own is set, and suffer it else.
var acting = []struct {
	words, sense string
	own          bool
}{
	{"gave themselves up", "surrendered", true}, {"given themselves up", "surrendered", true}, {"turned themselves in", "surrendered", true}, {"handed themselves over", "surrendered", true},
	{"laid down their arms", "surrendered", true}, {"laid down their weapons", "surrendered", true}, {"handed over", "surrendered", false}, {"lost their lives", "killed", true}, {"left their homes", "displaced", true},
	{"taken prisoner", "captured", false}, {"set free", "freed", false}, {"سلموا انفسهم", "surrendered", true}, {"سلم نفسه", "surrendered", true}, {"القبض علي", "captured", false}, {"القي القبض علي", "captured", false},
	{"اطلاق سراح", "freed", false}, {"لقوا حتفهم", "killed", true}, {"لقوا مصرعهم", "killed", true}, {"اودي بحياه", "killed", false}, {"اودت بحياه", "killed", false}, {"بتسليم انفسهم", "surrendered", true},
}

// hedges stand before a number, the longer first, and afterHedges behind what is counted.
var hedges = []struct {
	words string
	is    Qualifier
}{
	{"no fewer than", AtLeast}, {"no less than", AtLeast}, {"not less than", AtLeast}, {"a minimum of", AtLeast}, {"at least", AtLeast}, {"ما لا يقل عن", AtLeast}, {"لا يقل عن", AtLeast},
	{"more than", MoreThan}, {"upwards of", MoreThan}, {"over", MoreThan}, {"ما يزيد عن", MoreThan}, {"ما يزيد علي", MoreThan}, {"يزيد عن", MoreThan}, {"اكثر من", MoreThan},
	{"as many as", UpTo}, {"a maximum of", UpTo}, {"up to", UpTo}, {"at most", UpTo}, {"ما يصل الي", UpTo}, {"يصل الي", UpTo},
	{"fewer than", LessThan}, {"less than", LessThan}, {"under", LessThan}, {"اقل من", LessThan},
	{"an estimated", About}, {"close to", About}, {"approximately", About}, {"about", About}, {"around", About}, {"some", About}, {"nearly", About}, {"almost", About}, {"roughly", About},
	{"ما يقرب من", About}, {"ما يقارب", About}, {"نحو", About}, {"حوالي", About}, {"قرابه", About}, {"زهاء", About},
}

var afterHedges = []struct {
	words string
	is    Qualifier
}{{"or more", AtLeast}, {"at least", AtLeast}, {"at most", UpTo}, {"علي الاقل", AtLeast}, {"علي الاكثر", UpTo}, {"او اكثر", AtLeast}}

// behindPassive may follow a participle that says what was done to those before it.
var behindPassive = wordSet(`in by near during at on when after while since as outside inside over around across from late early overnight yesterday today there for to
	monday tuesday wednesday thursday friday saturday sunday earlier according with between within before amid along off along`)

// breaking end the search for a noun behind a number, and for a verb near a noun.
var breaking = plainSet(`in on at by near from to for with after before during while when where which who whose that and or but as than since until among amid between against into over under
	was were is are has have had be been will would said says saying the a an
	في على إلى عن مع بعد قبل خلال عند حين بينما التي الذي الذين أن إن كما أو ثم بين ضد حتى منذ`)

// doubtful words make a clause one that reports no figure: denied, not yet so,
// only wished, of a longer time, or in addition to others.
var doubtful = plainSet(`no not never none denied denies deny denying refuted without would could may might should if unless plan plans planned planning wants want threatened threatens expected expects likely possibly rumours rumors
	since annually yearly yesterday's daily weekly monthly each every per total altogether overall average capacity years months decades separate past various another additional further
	نفى نفت ينفي تنفي لم لن لا ليس ليست دون سوف لو إذا ربما يمكن سيتم منذ إجمالي مجموع سنويا يوميا شهريا كل عشرات مئات`)

// moreThanThese follow or stand before a number that is one of several.
var moreThanThese = plainSet("more other others another additional further extra of آخرين آخرون أخرى آخر إضافي إضافيا")

// measures stand behind a number that counts no people though a noun may follow.
var measures = plainSet(`percent per cent km kilometres kilometers kilometre miles metres meters tonnes tons dollars million billion pounds euros lira years year months month weeks week days day hours hour minutes year-old times am pm st nd rd th
	o'clock دولار ليرة كيلومتر كيلومترا كم متر مترا سنة عاما عام شهرا شهر يوما يوم ساعة دقيقة بالمئة طن طنا`)

// parting are the words that begin another statement: a verb behind one tells of
// something else.
var parting = plainSet("who whose which that where after before while when because as although though but التي الذي الذين حين بينما بعد قبل عندما لكن")

// directions may stand between such a preposition and a name.
var directions = wordSet("northern southern eastern western central north south east west greater rural")

// unremarkable words are in most reports of losses: sharing them tells nothing.
var unremarkable = plainSet(`others other another several dozens hundreds including least when after during while were have been being reported reports according officials said says told killed injured wounded critically seriously
	area city town village district province governorate state region country countryside attack attacks incident two three united states government forces force army group condition around approximately
	about more than some nearly almost over under with from into near between against across their there which that this these they them
	في على إلى عن من مع بعد قبل خلال عند أن إن التي الذي آخرين بجروح منطقة مدينة بلدة قرية محافظة ريف قال قالت أفاد أفادت ذكر ذكرت وفق بحسب جراء إثر نتيجة نحو حوالي يقل الأقل أكثر`)

// placing are prepositions before a place.
var placing = wordSet("in near at outside around inside towards toward into across throughout")

// labels stand before a number that is a name: "Resolution 2254", "Route 4".
var labels = plainSet(`resolution resolutions route road highway article division brigade battalion unit regiment corps army phase no number law decree chapter flight protocol aged age group page sector area zone day
	january february march april may june july august september october november december year
	قرار القرار الفرقة اللواء الفوج الفيلق طريق الطريق المادة رقم كتيبة لواء فرقة مرسوم المرسوم عام سنة
	كانون شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين`)

// causes are how it came about; figures of different causes are of different events.
var causes = namedWords(map[string]string{
	"mine": "mine mines landmine landmines لغم ألغام", "drone": "drone drones مسيرة مسيرات", "air": "airstrike airstrikes airstrike raid raids warplane warplanes غارة غارات طيران طائرات",
	"shooting": "shooting shootings gunfire stabbing", "landslide": "landslide landslides", "shelling": "shelling shells shell artillery mortar mortars rocket rockets قصف قذائف قذيفة مدفعية صواريخ صاروخ", "ambush": "ambush ambushed كمين", "bomb": "bomb bombs blast blasts explosion explosions explosive انفجار تفجير عبوة مفخخة",
	"suicide": "suicide انتحاري انتحاريا", "clash": "clash clashes fighting gunfight اشتباك اشتباكات معارك", "quake": "earthquake quake زلزال", "fire": "fire blaze حريق", "crash": "crash crashes crashed collision collides collided capsized capsizes حادث اصطدام",
	"flood": "flood floods flooding فيضان سيول", "sniper": "sniper قناص", "execution": "executed execution إعدام أعدم",
})

// daysNamed are words of days; figures of different ones are of different events.
var daysNamed = namedWords(map[string]string{
	"mon": "monday الاثنين الإثنين", "tue": "tuesday الثلاثاء", "wed": "wednesday الأربعاء", "thu": "thursday الخميس", "fri": "friday الجمعة", "sat": "saturday السبت", "sun": "sunday الأحد",
})

// namedWords turns lists of words by name into names by word.
func namedWords(of map[string]string) map[string]string {
	out := map[string]string{}
	for name, list := range of {
		for _, w := range strings.Fields(list) {
			out[plain(w)] = name
		}
	}
	return out
}
