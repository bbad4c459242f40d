package briefing

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// boilerplate reports whether a sentence belongs to the page that a report stood
// on and not to the report: calls to read on, to subscribe or to share, bylines,
// credits of photographs, lines of copyright, lists of keywords, rows of tables.
// A dateline is part of its sentence.
func boilerplate(s string) bool {
	_, page := ofPage(s)
	return page
}

// ofPage is boilerplate, and gives the line as it was compared where it had to be.
func ofPage(s string) (folded string, page bool) {
	line := strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '©' })
	if line == "" || tabular(s) || chrome(line) {
		return "", true
	}
	if folded = lowered(line); folded == "" { // letters that only lengthen others
		return "", true
	}
	for _, lead := range pageLeads[folded[0]] {
		if rest, ok := strings.CutPrefix(folded, lead); ok && !startsWithLetter(rest) {
			return folded, true
		}
	}
	for _, label := range pageLabels[folded[0]] {
		if rest, ok := strings.CutPrefix(folded, label); ok && strings.HasPrefix(strings.TrimLeft(rest, " \u00a0"), ":") {
			return folded, !openLabels[label] || len(strings.Fields(rest)) <= shortLabel
		}
	}
	return folded, pageParts.in(folded) || isByline(line) || isStamped(folded) || strings.HasPrefix(line, "©")
}

// Nearly every sentence is neither a byline nor a stamp, which the first letters and the
// first figure tell for less than an expression does.
const (
	longestByline = 400 // bytes
	longestStamp  = 64  // up to its first figure
)

func isByline(line string) bool {
	for _, lead := range []string{"By ", "BY ", "Par ", "بقلم "} {
		if strings.HasPrefix(line, lead) {
			return len(line) <= longestByline && byline.MatchString(line)
		}
	}
	return false
}

func isStamped(folded string) bool {
	at := strings.IndexFunc(folded[:min(len(folded), longestStamp)], unicode.IsNumber)
	return at > 0 && stamped.MatchString(folded[:at+1])
}

// lowered writes a line for comparing: in small letters, Arabic without its marks.
func lowered(s string) string {
	if isASCII(s) {
		return loweredASCII(s)
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= 'ً' && r <= 'ْ', r == 'ـ', r == '\u0307':
			return -1
		case r == '’':
			return '\''
		}
		return unicode.ToLower(r)
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

func loweredASCII(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		switch b := s[i]; {
		case b == ' ' || b >= '\t' && b <= '\r':
			if n := len(out); n > 0 && out[n-1] != ' ' {
				out = append(out, ' ')
			}
		case b >= 'A' && b <= 'Z':
			out = append(out, b+'a'-'A')
		default:
			out = append(out, b)
		}
	}
	if n := len(out); n > 0 && out[n-1] == ' ' {
		out = out[:n-1]
	}
	return string(out)
}

func startsWithLetter(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) == 0
}

// pageLeads are what a line of the page begins with.
var pageLeads = byFirst(
	"read more", "read also", "also read", "see also", "read the full", "read next", "continue reading", "click here", "tap here", "subscribe", "sign up", "follow us",
	"follow our", "like us on", "join our", "join us on", "share this", "share on", "skip to", "more on this", "most read", "recommended for you", "you may also like", "live updates", "this article was", "this story was originally",
	"download our app", "watch live", "listen to this", "donate now", "advertisement", "related stories", "related articles", "reporting by", "additional reporting", "editing by",
	"writing by", "compiled by", "translated by", "our standards", "photo by", "photograph by", "image credit", "photo credit", "file photo", "accept cookies", "view comments", "leave a comment",
	"اقرأ أيضا", "اقرا ايضا", "إقرأ أيضا", "اقرأ المزيد", "اقرأ ايضا", "إقرأ المزيد", "للمزيد عن", "للمزيد حول", "للمزيد من الأخبار", "للمزيد من التفاصيل", "للمزيد من المعلومات", "تابعونا", "تابعنا على", "تابعوا آخر",
	"اشترك الآن", "اشترك في نشرتنا", "اشترك في النشرة", "اشترك في قناتنا", "اشتركوا في", "انضم إلى قناتنا", "انضموا إلى قناتنا", "انضم إلينا", "شاركها", "شارك المقال",
	"شارك هذا", "انقر هنا", "اضغط هنا", "حمل التطبيق", "حملوا تطبيق", "مواضيع ذات صلة", "أخبار ذات صلة", "ذات صلة", "جميع الحقوق محفوظة", "كل الحقوق محفوظة", "حقوق النشر", "الأكثر قراءة", "إعلان ممول",
	"lire aussi", "à lire aussi", "lire la suite", "abonnez-vous", "suivez-nous", "inscrivez-vous", "partager sur", "partagez", "crédit photo", "tous droits réservés", "cliquez ici", "rejoignez-nous", "voir aussi",
	"читайте также", "читать далее", "подробнее", "подписывайтесь", "подпишитесь", "поделиться", "все права защищены", "следите за нами", "смотрите также", "присоединяйтесь к нашему",
	"devamını oku", "devamı için", "abone ol", "bizi takip edin", "tüm hakları saklıdır", "paylaş", "ayrıca okuyun", "ilgili haberler", "haberin devamı",
)

// pageLabels are what a line of the page begins with where a colon follows.
var pageLabels = byFirst(
	"photo", "photos", "image", "images", "picture", "credit", "credits", "source", "sources", "tags", "tag", "topics", "keywords", "related", "more", "watch", "listen", "video", "author", "by", "editor", "updated", "published", "posted",
	"last updated", "last modified", "contact", "text", "caption",
	"تصوير", "صورة", "الصورة", "المصدر", "مصدر", "كتب", "كتبت", "كتبه", "بقلم", "تحرير", "إعداد", "ترجمة", "وسوم", "الوسوم", "كلمات مفتاحية", "كلمات دلالية", "آخر تحديث", "تاريخ النشر", "شاهد", "شاهد أيضا", "فيديو",
	"photos", "crédit", "mots-clés", "auteur", "par", "publié le", "mis à jour",
	"фото", "источник", "автор", "теги", "текст", "видео", "редактор",
	"fotoğraf", "foto", "kaynak", "etiketler", "yazar", "editör", "güncelleme",
)

// openLabels stand before what is told as well ("Sources: army leaves Hajin"):
// they make a line one of the page only where few words follow.
var openLabels = wordSet("source sources watch video updated published posted more contact text المصدر مصدر شاهد فيديو источник видео kaynak par")

// shortLabel is how many words, with the colon, may follow such a label.
const shortLabel = 5

// pageParts make a line one of the page wherever they stand in it.
var pageParts = newParts("all rights reserved", "getty images", "file photo", "file picture", "صورة أرشيفية", "photo d'archives", "архивное фото", "arşiv fotoğrafı", "shutterstock", "subscribe now", "subscribe to our", "sign up for our", "in your inbox", "our newsletter", "privacy policy", "terms of use", "cookie policy",
	"follow us on", "جميع الحقوق محفوظة", "النشرة البريدية", "سياسة الخصوصية", "اضغط هنا", "انقر هنا", "tous droits réservés", "все права защищены", "tüm hakları saklıdır")

// A byline is names alone behind "By": no verb and no full stop. A stamp is a
// time behind its word.
var (
	byline  = regexp.MustCompile(`^(?:By|BY|Par|بقلم) \p{L}[\p{L}.'’-]*(?:,? (?:and|et|in|و|\p{Lu}[\p{L}.'’-]*|[\p{Arabic}]+)){0,8}$`)
	stamped = regexp.MustCompile(`^(?:updated|published|posted|last (?:updated|modified)|publié|mis à jour|آخر تحديث|обновлено|güncellendi)(?: on| at| le)? ?\d`)
)

// tabular reports whether a line is a row of a table.
func tabular(s string) bool {
	if strings.Count(s, "\t") > 1 || strings.Count(s, "|") > 2 {
		return true
	}
	if !manyNumbers(s) {
		return false
	}
	numbers, words := 0, 0
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '|' || r == ';' }) {
		switch {
		case strings.ContainsFunc(w, unicode.IsLetter):
			words++
		case strings.ContainsFunc(w, unicode.IsNumber):
			numbers++
		}
	}
	return numbers > fewNumbers && numbers > words
}

// fewNumbers make no row of a table.
const fewNumbers = 2

// manyNumbers reports whether there are enough signs of numbers for a row of a table.
func manyNumbers(s string) bool {
	n := 0
	for _, r := range s {
		if r <= '9' && r >= '0' || r >= utf8.RuneSelf && unicode.IsNumber(r) {
			if n++; n > fewNumbers {
				return true
			}
		}
	}
	return false
}

// chrome reports whether most words of a line are names of places to share it at,
// addresses or keywords.
func chrome(line string) bool {
	most := len(line) // as many words as there can be
	if isASCII(line) {
		most = 1
		for i := range len(line) {
			if line[i] <= ' ' {
				most++
			}
		}
	}
	n, words := 0, 0
	for w := range strings.FieldsSeq(line) {
		words++
		if strings.HasPrefix(w, "#") || strings.HasPrefix(w, "@") || strings.Contains(w, "://") || strings.HasPrefix(w, "www.") ||
			sharers[strings.Trim(plain(w), ",:;|·•")] {
			n++
		} else if 10*(words-n) > 3*most { // too many are none of them already
			return false
		}
	}
	return 10*n >= 7*words
}

// sharers are the words of a bar to share a page with, folded.
var sharers = plainSet(`facebook twitter x whatsapp telegram email e-mail print copy link share linkedin reddit instagram youtube pinterest viber messenger tweet pin more rss comments
	فيسبوك تويتر واتساب واتسآب تلغرام تليغرام تيليغرام انستغرام يوتيوب لينكدإن طباعة شارك مشاركة بريد نسخ الرابط إيميل partager поделиться paylaş`)
