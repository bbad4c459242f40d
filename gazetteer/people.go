package gazetteer

import "strings"

// givenNames are common given names after which a place's name is a family name.
// Names that are ordinary words too (Will, Mark, Grace) are not among them.
var givenNames = set("Aaron Adam Ahmad Ahmed Alan Alex Alexander Ali Amy Andrew Angela Anna Anne Anthony Barbara Ben Benjamin Brian " +
	"Caroline Charles Christopher Daniel David Deborah Dennis Donald Dorothy Douglas Edward Elizabeth Emily Emma Eric Eva Fatima " +
	"Gary George Hannah Hassan Heather Helen Henry Hussein Ian Ibrahim Jacob James Jason Jeff Jeffrey Jennifer Jeremy Jessica Jim Joan Joe John " +
	"Jonathan Joseph Joshua Julia Justin Karen Karim Kate Katherine Keith Kevin Kimberly Kyle Larry Laura Linda Lisa Luke Margaret Maria Marie " +
	"Martin Mary Matthew Melissa Michael Michelle Mike Mohamed Mohammad Mohammed Muhammad Mustafa Nancy Nathan Nicholas Nicole Olivia Omar " +
	"Pamela Patricia Patrick Paul Peter Philip Rachel Raymond Rebecca Richard Robert Roger Ronald Ryan Samantha Samuel Sandra Sara Sarah Scott " +
	"Sean Sharon Simon Stephanie Stephen Steve Steven Susan Thomas Tim Timothy Tom Tony Tyler Vladimir Walter William Yusuf Zachary")

// familyNames are common family names before which a place's name is a given
// name ("Jordan Peterson", "Chelsea Clinton").
var familyNames = set("Adams Allen Anderson Baker Barnes Bell Bennett Brooks Brown Butler Campbell Carter Clark Clinton Coleman Collins Cook Cooper " +
	"Cox Davis Diaz Edwards Evans Fisher Foster Garcia Gonzalez Gomez Gray Green Griffin Hall Harris Henderson Hernandez Hill Hilton Howard Hughes " +
	"Jackson James Jenkins Johnson Jones Kelly King Lee Lewis Lopez Martin Martinez Miller Mitchell Moore Morales Morgan Morris Murphy Myers " +
	"Nelson Nguyen Parker Patterson Perez Perry Peterson Phillips Pickford Powell Ramirez Reed Reyes Reynolds Richardson Rivera Roberts Robinson Rodriguez " +
	"Rogers Ross Russell Sanchez Sanders Scott Simmons Smith Spieth Stewart Sullivan Taylor Thomas Thompson Torres Turner Walker Ward Watson White " +
	"Williams Wilson Wood Wright Young")

// alsoGiven are cities that are given names in half the world: before another
// capitalised word, other than one of cityWords, they are a person's.
var alsoGiven = set("Santiago Sofia Sofía Charlotte Austin Victoria")

var cityWords = set("Airport Area City International Metro Metropolitan Police Province State University")

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}
