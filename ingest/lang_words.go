package ingest

import (
	"strings"
	"unicode"
)

// functionWords are words that hardly a sentence of a language does without, in
// lower case, and behind a bar letters that its neighbours lack.
var functionWords = []struct{ lang, script, words string }{
	{"en", scriptLatin, "the of and that with from which were was their has have are is by at after for in to on as who it its an been this will would said over into near than but not they he she his had be or about between since during against more two three people killed reported"},
	{"fr", scriptLatin, "le la les des du de un une et est dans que qui pour par sur avec au aux ont été ce cette ces se sont pas plus selon après avant entre contre leur leurs il elle ils mais ou où en a l d s n qu son sa ses lors depuis deux trois |çœêèàùû"},
	{"es", scriptLatin, "el la los las de del un una y en que por con para se su sus al lo es fue han ha como más pero según entre sobre desde hasta este esta tras contra sin no ser son dos tres también había fueron cerca durante muertos |ñ¿¡áíóú"},
	{"pt", scriptLatin, "o a os as de do da dos das um uma e em no na nos nas que por com para se seu sua ao aos à foi são mais mas segundo entre sobre desde até este esta contra sem não foram pelo pela também após dois três perto durante |ãõçâêá"},
	{"it", scriptLatin, "il lo la i gli le di del della dei delle un una e è in nel nella che per con su sul sulla si da dal dalla al alla ha hanno sono stato più ma secondo tra fra dopo contro non come anche due tre stati questa questo essere dell nell all |èìòù"},
	{"de", scriptLatin, "der die das und in den von zu mit ist im für auf des dem nicht sich ein eine einer einem eines auch nach bei aus am an als wurde wurden werden hat haben sind war waren über zum zur vor gegen durch wie dass bis sie er es unter zwei drei noch seit nahe |ßäöü"},
	{"nl", scriptLatin, "de het een en van in is op te met voor dat die zijn niet aan er om door bij naar uit ook als maar werd werden heeft hebben wordt worden over tegen na tot deze volgens tussen was waren twee drie hun geen nog sinds meer zich"},
	{"sv", scriptLatin, "och att det som en ett är på av för med till den i har inte de om från vid efter under mot var hade blev sig men så enligt mellan han hon vi ska kan också där när över två tre minst sedan många nära flera varit säger blir vad något någon mig dödades |åäö"},
	{"da", scriptLatin, "og at det som en et er på af for med til den i har ikke de om fra ved efter under mod var havde blev sig men så ifølge mellem han hun vi skal kan også hvor da over to tre mindst siden mange nær blevet flere været siger bliver hvad noget nogen mig dræbt |åæø"},
	{"no", scriptLatin, "og å at det som en et er på av for med til den i har ikke de om fra ved etter under mot var hadde ble seg men så ifølge mellom han hun vi skal kan også hvor da over to tre minst siden mange nær blitt flere ei vært sier blir hva noe noen meg drept |åæø"},
	{"fi", scriptLatin, "ja on ei se että oli ovat olivat mutta kun hän he myös joka jotka ovat mukaan sekä tai kuin niin vain ole nyt jo jälkeen ennen vastaan ollut kaksi kolme lähellä kertoo viime tämä aikana noin |äö"},
	{"hu", scriptLatin, "a az és hogy nem is egy volt van meg csak de el ki már még mint szerint után előtt között ellen ez ezt azt aki amely voltak lett két három közelében több ember miatt vagy során |őűáéó"},
	{"pl", scriptLatin, "i w na z do się nie że to jest o po od za przez dla jak co są był była było były oraz przed przy tym który która które ze ich także pod według między przeciw tylko już dwa trzy dwóch osób podczas w pobliżu |łąężźćńśó"},
	{"cs", scriptLatin, "a v se na je že s z do o po pro od za byl byla bylo byli jsou který která které podle mezi před při jako ale nebo ve ze také proti už dva tři dvě jeho jejich až tak není což během lidí u |řěůťďščžýáíé"},
	{"sk", scriptLatin, "a v sa na je že s z do o po pre od za bol bola bolo boli sú ktorý ktorá ktoré podľa medzi pred pri ako ale alebo vo zo tiež proti už dva tri dve jeho ich až tak nie čo počas ľudí u neďaleko hovoria |ľĺŕôťďščžýáíé"},
	{"ro", scriptLatin, "și în de la a cu pe din un o care că nu este au fost pentru mai sau sunt prin după între ca al ale lui le se fi dar până despre către contra doi trei iar unui unei lângă ar oameni cel potrivit |țșăâîţş"},
	{"hr", scriptLatin, "i u je na se da su za od s iz o po koji koja koje nije bio bila bilo bili kao ali ili prema nakon protiv između te što sa do kod biti već dva tri još ljudi tijekom blizu više jer |čćžšđ"},
	{"tr", scriptLatin, "ve bir bu da de için ile çok daha en olarak olan oldu ne gibi kadar sonra önce göre ya ama değil var yok o her ise üç iki beş kişi karşı tarafından edildi olduğu içinde üzerinde yakınlarında en az |ğışçöü"},
	{"ku", scriptLatin, "û li ji bi di de ku ev ew ne bo jî bû bûn kir kirin dike dikin hat hatin hatine bajarê gel her du sê piştî berî ser nav yên ên xwe wan min te nêzîkî |êîûşç"},
	{"sq", scriptLatin, "dhe të në e i një për me nga që është u ka se si nuk janë por ose pas para kundër midis kanë tha ishte ishin më tre dy pranë gjatë njerëz sipas |ëç"},
	{"id", scriptLatin, "yang dan di dengan untuk dari pada ini itu dalam tidak ke oleh akan telah adalah sebagai juga karena atau mereka setelah sebelum antara terhadap tiga dua orang menurut lebih saat dekat para tewas"},
	{"sw", scriptLatin, "na ya wa kwa ni katika la za cha kuwa hii hiyo huo watu baada kabla dhidi ya kati watatu wawili karibu pia au lakini alisema wakati mji vya"},
	{"so", scriptLatin, "oo iyo ka ku waa in la u ah ay soo uu waxaa waxay kala kale ayaa ee magaalada dadka kadib ugu badan laba saddex"},
	{"uz", scriptLatin, "va bu bilan uchun ham bir da dan ning edi bo'ldi keyin oldin qarshi haqida kishi ikki uch shahrida"},
	{"ca", scriptLatin, "els les de del dels un una i que per amb es als hi ha han són més però segons entre sobre des fins aquest aquesta contra sense no dos tres també prop durant després va van diuen aigua seva |àèòç"},
	{"sl", scriptLatin, "in je na se da so za od s iz o po ki ni bil bila bilo bili kot ali pri proti med ter kar do biti že dva tri še ljudi blizu več pa v z po pred tudi |čšž"},
	{"lt", scriptLatin, "ir yra į iš su kad buvo ne bet po už prie per apie nuo tai kaip jis jų metu dėl prieš du trys žmonių netoli |ėųįū"},
	{"lv", scriptLatin, "un ir ar no uz par ka bija nav bet pēc pie tiek kas to kā viņš vai pret divi trīs cilvēki netālu arī |āēīļņķģ"},
	{"et", scriptLatin, "ja on ei et oli aga kui ta nad ka see mis pärast enne vastu kaks kolm lähedal inimest ning oma selle |õäöü"},
	{"af", scriptLatin, "die het en van in is op te met vir wat nie aan hy by uit ook as maar was word oor teen na hierdie tussen hulle nog drie twee dat sy"},
	{"tl", scriptLatin, "ang ng sa mga na ay at si ni kay para hindi may ito siya sila nang mula dahil pero kung ayon tatlong dalawang malapit noong"},
	{"ha", scriptLatin, "da na ta ya a ne ce wani wata sun an ba su kuma cikin domin daga zuwa wanda yan bayan kan shi uku biyu kusa"},
	{"ru", scriptCyrillic, "и в на не что с по как это из к за от для о у был была были было его при но или также после перед под между против со а они он она об до время года году который которые два три около сообщили сообщает более погибли ранены человек города районе если только можно"},
	{"uk", scriptCyrillic, "і в на не що з по як це із до за від для про у був була були було його при але або також після перед під між проти зі а та вони він вона й об час року який які два три біля повідомили більше загинули поранено людей міста районі якщо лише можна"},
	{"bg", scriptCyrillic, "и в на не че с по как това от за със към във са се е беше бяха ще но или също след преди под между срещу а те той тя който която които до при като бе близо година двама трима повече според е бил"},
	{"sr", scriptCyrillic, "и у је на се да су за од с из о по који која које није био била било били као али или према након после против између те што са до код бити већ два три још људи близу више јер"},
	{"mk", scriptCyrillic, "и во на не дека со по како ова од за се е беше беа ќе но или исто по пред под меѓу против а тие тој таа кој која кои до при бил биле година два три повеќе според ги го"},
	{"be", scriptCyrillic, "і у на не што з па як гэта для ад быў была былі было яго пры але або таксама пасля перад пад паміж супраць са а яны ён яна да які якія два тры каля людзей ва"},
	{"ar", scriptArabic, "في من على إلى الى أن ان عن مع هذا هذه التي الذي بعد قبل بين كان كانت قال ما لا لم لن قد كما حيث خلال ضد أو او ثم وقد وفي ومن حتى أي كل غير بعض منذ اليوم وقال عند أمس"},
	{"fa", scriptArabic, "در به از که را با این است و آن برای بر تا یک بود شد شده هم می نیز پس پیش بین علیه یا خود آنها اما اند کرد کردند شدند دیگر روز نفر گفت مي كه اين يك است شهر سه دو"},
	{"ur", scriptArabic, "کے میں کی ہے کا اور سے کو نے پر ہیں یہ کہ وہ اس بھی تھا تھی تھے گیا گئے بعد کر ایک نہیں ہو"},
	{"ps", scriptArabic, "د په او چې کې سره له دی ته دا یې و پر وو شوي هغه هم نه یو"},
	{"ckb", scriptArabic, "لە بە و کە بۆ ئەم ئەو لەگەڵ دوای پێش سەر یان هەر بوو کرد دەکات دەڵێت کوژران کەس شاری"},
	{"am", "Ethi", "ላይ ነው እና ውስጥ ጋር ናቸው ነበር አለ ይህ ግን"},
	{"ti", "Ethi", "ኣብ ናይ እዩ ምስ ከም እቲ እዮም ነበረ ኣሎ ግና"},
	{"hi", "Deva", "के में की है का और से को ने पर हैं यह कि वह इस भी था थी थे गया गए बाद कर एक नहीं हो"},
	{"mr", "Deva", "आणि आहे या व हे ते ही की च्या मध्ये होते होता झाले झाला आहेत पण नाही एक येथे"},
	{"ne", "Deva", "र छ को का मा ले लाई हो छन् भने पनि यो गरेको गर्न थियो भएको एक"},
}

// wordLanguages gives for each function word (and each telling letter) the
// languages that have it, as indices of functionWords.
var wordLanguages, letterLanguages = byWord()

func byWord() (words map[string][]int, letters map[rune][]int) {
	words, letters = map[string][]int{}, map[rune][]int{}
	for i, f := range functionWords {
		list, telling, _ := strings.Cut(f.words, "|")
		seen := map[string]bool{}
		for word := range strings.FieldsSeq(list) {
			if !seen[word] {
				seen[word] = true
				words[word] = append(words[word], i)
			}
		}
		for _, r := range telling {
			letters[r] = append(letters[r], i)
		}
	}
	return words, letters
}

// hasWords reports whether the function words of a language are known.
func hasWords(lang string) bool {
	for _, f := range functionWords {
		if f.lang == lang {
			return true
		}
	}
	return false
}

const (
	// letterWeight is what a telling letter counts beside a word.
	letterWeight = .4
	// sureScore is what a language must score, sureLead how many times what the
	// next one scores or sureMore how much more, and sureShare on what share of the
	// words, for its words to decide. They were chosen on the sentences in testdata/languages.tsv.
	sureScore = 1.5
	sureLead  = 1.5
	sureMore  = .9
	sureShare = .12
)

// byWords finds the language whose function words a text has. A word that
// several languages share counts for each in part. sure is false where little
// speaks for it, or much for another; the language is empty where none scores.
func byWords(text, script string) (lang string, sure bool) {
	scores := make([]float64, len(functionWords))
	words, hits := 0, 0
	seen := map[string]bool{}
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) && !unicode.Is(unicode.Mc, r)
	}) {
		words++
		if word = strings.ToLower(word); len(wordLanguages[word]) == 0 {
			continue
		}
		hits++
		if seen[word] {
			continue
		}
		seen[word] = true
		count(scores, wordLanguages[word], script, 1)
	}
	letters := map[rune]bool{}
	for _, r := range strings.ToLower(text) {
		if r >= 0x80 && !letters[r] && len(letterLanguages[r]) > 0 {
			letters[r] = true
			count(scores, letterLanguages[r], script, letterWeight)
		}
	}
	best, next := -1, 0.
	for i, s := range scores {
		switch {
		case best < 0 && s > 0:
			best = i
		case best >= 0 && s > scores[best]:
			best, next = i, scores[best]
		case s > next:
			next = s
		}
	}
	if best < 0 {
		return "", false
	}
	top := scores[best]
	return functionWords[best].lang, top >= sureScore && (top >= sureLead*next || top >= next+sureMore) && float64(hits) >= sureShare*float64(words)
}

// count shares a weight among the languages of the script that have a word.
func count(scores []float64, langs []int, script string, weight float64) {
	n := 0
	for _, i := range langs {
		if functionWords[i].script == script {
			n++
		}
	}
	for _, i := range langs {
		if functionWords[i].script == script {
			scores[i] += weight / (.5 + .5*float64(n))
		}
	}
}
