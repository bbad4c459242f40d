package gazetteer

// kind orders what shares a name. A lower number wins.
type kind struct {
	text  int // in running text: "Homs" is the city
	typed int // in what people type: "homs" is the governorate, which covers the city
	// latin and arabic are how the type is written beside a name; %s is the name.
	latin, arabic []string
}

// kinds holds every type that a place can have.
var kinds = map[string]kind{
	"country":   {text: 0, typed: 0},
	"territory": {text: 0, typed: 0},
	"city":      {text: 2, typed: 3, latin: settlementLatin, arabic: settlementArabic},
	"town":      {text: 2, typed: 3, latin: settlementLatin, arabic: settlementArabic},
	"village":   {text: 2, typed: 3, latin: settlementLatin, arabic: settlementArabic},
	"neighbourhood": {text: 2, typed: 4, latin: []string{"%s neighborhood", "%s neighbourhood", "neighborhood of %s", "neighbourhood of %s"},
		arabic: []string{"حي %s"}},
	"camp":      {text: 2, typed: 4, latin: []string{"%s camp"}, arabic: []string{"مخيم %s"}},
	"region":    {text: 3, typed: 2},
	"state":     {text: 3, typed: 2, latin: []string{"state of %s", "%s state"}, arabic: []string{"ولاية %s"}},
	"continent": {text: 3, typed: 2},
	"desert":    {text: 3, typed: 2},
	"river":     {text: 3, typed: 3, latin: []string{"%s river"}, arabic: []string{"نهر %s"}},
	"mountain":  {text: 3, typed: 3},
	"sea":       {text: 3, typed: 3},
	"site":      {text: 3, typed: 4},
	"governorate": {text: 4, typed: 1,
		latin: []string{"%s governorate", "%s governorates", "%s province", "%s provinces", "%s countryside", "%s muhafazah", "governorate of %s", "province of %s", "countryside of %s", "rural %s",
			"%s northern countryside", "%s southern countryside", "%s eastern countryside", "%s western countryside"},
		arabic: []string{"محافظة %s", "ريف %s"}},
	"district": {text: 5, typed: 5, latin: []string{"%s district", "district of %s"},
		arabic: []string{"قضاء %s", "منطقة %s", "ناحية %s"}},
}

var (
	settlementLatin  = []string{"%s city", "city of %s", "town of %s", "village of %s"}
	settlementArabic = []string{"مدينة %s", "بلدة %s", "قرية %s"}
	// besideLatin and besideArabic make a name count that alone is a common word.
	besideLatin  = []string{"in %s", "near %s", "outside %s", "north of %s", "south of %s", "east of %s", "west of %s", "%s town", "%s village", "%s district", "%s airport"}
	besideArabic = []string{"شرق %s", "شرقي %s", "غرب %s", "غربي %s", "شمال %s", "شمالي %s", "جنوب %s", "جنوبي %s",
		"محيط %s", "ريف %s", "بادية %s", "أطراف %s", "ناحية %s", "مطار %s"}
)

// settlements are the types of which a bare name in a text means the place itself.
var settlements = map[string]bool{"city": true, "town": true, "village": true, "neighbourhood": true, "camp": true}

// actorText and actorTyped rank actors among the kinds of places.
const (
	actorText  = 1
	actorTyped = 3
)

func (e *Entity) textRank() int {
	if k, ok := kinds[e.Type]; ok {
		return k.text
	}
	return actorText
}

func (e *Entity) typedRank() int {
	if k, ok := kinds[e.Type]; ok {
		return k.typed
	}
	return actorTyped
}
