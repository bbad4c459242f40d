package ingest

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What letters say of a language, in texts too short for statistics.
const (
	soraniLetters  = "ێڕڵڤ"
	uyghurLetters  = "ۇۈۋڭ"
	pashtoLetters  = "ټډړږښڼځۍې"
	sindhiLetters  = "ڻڳڄڃٿڀٻڪ۾۽ڦ"
	urduLetters    = "ٹڈڑںےہ"
	persianLetters = "پچژگکی"
	arabicLetters  = "ةيكىإ"

	// Each neighbour of Russian and Ukrainian has letters that those lack.
	serbianLetters    = "ћђјљњџ"
	macedonianLetters = "ѓќѕ"
	turkicLetters     = "әғқңөұүһҳҷӣӯҡҙҫ"
)

// byLetters tells the languages of one script by their letters; empty where they
// leave it open.
func byLetters(script, text string) string {
	switch script {
	case scriptArabic:
		return arabicScript(text)
	case scriptCyrillic:
		return cyrillicScript(strings.ToLower(text))
	case scriptLatin:
		return latinScript(strings.ToLower(text))
	case "Ethi":
		switch n := len([]rune(text)); {
		case strings.ContainsAny(text, "ኣቐኽኸ"):
			return "ti"
		case n > trigramLetters:
			return "am"
		}
	}
	return ""
}

func arabicScript(text string) string {
	n := lettersIn(text)
	switch {
	case n(sindhiLetters) >= 2:
		return "" // Sindhi or Saraiki
	case n(urduLetters) > 0 && n(urduLetters) >= n(soraniLetters):
		return "ur"
	case n(uyghurLetters) > n(soraniLetters):
		return "ug"
	case n(pashtoLetters) >= 2 && n("ە") == 0:
		return "ps"
	case n(soraniLetters) > 0 || n("ەۆ") >= 2:
		return "ckb"
	}
	persian, arabic := n(persianLetters), n(arabicLetters)+articles(text)
	switch {
	case persian > 0 && arabic == 0, persian >= 4*arabic && persian > 3:
		return "fa"
	case arabic > 0 && persian == 0, arabic >= 4*persian && arabic > 3:
		// Persian was long typed with Arabic's ي and ك: its words are its own.
		if word, sure := byWords(text, scriptArabic); sure {
			return word
		}
		return "ar"
	}
	return ""
}

// articles counts the words that begin with the Arabic article.
func articles(text string) (n int) {
	for word := range strings.FieldsSeq(text) {
		word = strings.TrimLeft(word, `"«(“`)
		if utf8.RuneCountInString(word) > 4 && (strings.HasPrefix(word, "ال") || strings.HasPrefix(word, "وال") || strings.HasPrefix(word, "بال") || strings.HasPrefix(word, "لل")) {
			n++
		}
	}
	return n
}

func cyrillicScript(text string) string {
	n := lettersIn(text)
	if n(turkicLetters) > 0 {
		return "" // Kazakh, Tatar, Tajik and others: the trigrams know none of them
	}
	russian, ukrainian, shared := n("ыэё"), n("їєґ"), n("і")
	switch {
	case n(macedonianLetters) > 0 && russian == 0:
		return "mk"
	case n(serbianLetters) > 0 && russian == 0:
		if n("ћђ") > 0 {
			return "sr"
		}
		return ""
	case n("ў") > 0 && ukrainian == 0:
		return "be"
	case ukrainian > 0 && russian == 0, shared > 1 && russian == 0 && n("ъ") == 0:
		return "uk"
	case russian > 0 && ukrainian == 0 && shared == 0:
		return "ru"
	case russian > 0 && shared > 0 && russian >= 5*(shared+ukrainian):
		return "ru"
	case shared+ukrainian >= 5*russian && shared > 0:
		return "uk"
	}
	return ""
}

func latinScript(text string) string {
	n := lettersIn(text)
	if n("ơưđạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ") >= 3 {
		return "vi"
	}
	if n("ığ") >= 2 && n("ığş") >= 3 && !foreignWord(text, "tr") {
		return "tr"
	}
	return ""
}

// foreignWord reports whether a lower-case text has a function word that a
// language lacks.
func foreignWord(text, lang string) bool {
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		langs := wordLanguages[word]
		if len(langs) > 0 && !slices.ContainsFunc(langs, func(i int) bool { return functionWords[i].lang == lang }) {
			return true
		}
	}
	return false
}

// excluded reports whether a text has what a language lacks: trigrams do not
// weigh that.
func excluded(lang, text string) bool {
	text = strings.ToLower(text)
	switch lang {
	case "ru":
		return strings.ContainsAny(text, "іїєґў"+serbianLetters+turkicLetters)
	case "uk":
		return strings.ContainsAny(text, "ыэёъў"+serbianLetters+turkicLetters)
	case "bg", "mk", "sr":
		return strings.ContainsAny(text, "ыэёіїєґў"+turkicLetters) || lang != "bg" && strings.ContainsAny(text, "ъщюя")
	case "be":
		return strings.ContainsAny(text, "їґщи"+turkicLetters)
	case "fa":
		return strings.Contains(text, "ة")
	case "ar":
		return strings.ContainsAny(text, "یک"+urduLetters+soraniLetters)
	}
	return false
}

// Letters that one of the two writes and the other does not: Japan's short forms
// and the mainland's.
const (
	japaneseHan = "発戦対気広売読観検険験県権実帰総続団伝転鉄拠込働撃単辺闘軍営様図砲"
	chineseHan  = "这们为东战发说时对还过谁边军击队亚总导开门关问间"
)

// sureHan is how many letters (weighted) a text in Han alone takes to be Chinese:
// a short Japanese headline can do without kana.
const sureHan = 24

func hanLanguage(text string, letters int) string {
	n := lettersIn(text)
	japanese, chinese := n(japaneseHan), n(chineseHan)
	switch {
	case japanese > 0 && chinese == 0:
		return "ja"
	case chinese > 0 && japanese == 0, letters >= sureHan:
		return "zh"
	}
	return ""
}

// lettersIn gives a function that counts the letters of a text that are in a set.
func lettersIn(text string) func(set string) int {
	by := map[rune]int{}
	for _, r := range text {
		if r >= 0x80 {
			by[r]++
		}
	}
	return func(set string) (n int) {
		for _, r := range set {
			n += by[r]
		}
		return n
	}
}
