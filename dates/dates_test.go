package dates

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestFind(t *testing.T) {
	published := time.Date(2025, 3, 14, 18, 0, 0, 0, time.UTC) // a Friday
	for text, want := range map[string]string{
		"On 2018-12-29 it rained.":                                              "2018-12-29=2018-12-29",
		"At 2018-12-29T09:00:00Z.":                                              "2018-12-29=2018-12-29",
		"It was 12 March 2025, then 3rd of April, 2024.":                        "12 March 2025=2025-03-12; 3rd of April, 2024=2024-04-03",
		"March 12, 2025; Mar. 9; 28 Dec":                                        "March 12, 2025=2025-03-12; Mar. 9=2025-03-09~; 28 Dec=2024-12-28~",
		"in May 2025 and in December 2018.":                                     "May 2025=2025-05 ; December 2018=2018-12 ",
		"12 March 1200 people fled":                                             "12 March=2025-03-12~",
		"between 12–14 March 2025":                                              "14 March 2025=2025-03-14",
		"On Tuesday, and last Friday, and next Monday; Friday.":                 "Tuesday=2025-03-11~; Friday=2025-03-07~; Monday=2025-03-17~; Friday=2025-03-14~",
		"The Sunday Times, Black Friday, every Monday, Tuesdays, Bloody Sunday": "",
		"1/2/2018, 12.5 March, 3.12 March, March 12,000, 31 February 2024, 2018-13-01, id-2018-12-29-7, 12 may, 99 March, v2018-12-29": "",
		"في ١٢ آذار ٢٠٢٥ ويوم الثلاثاء ثم 3 كانون الثاني":                                                                              "١٢ آذار ٢٠٢٥=2025-03-12; 3 كانون الثاني=2025-01-03~",
		"قتلوا يوم الثلاثاء":                              "يوم الثلاثاء=2025-03-11~",
		"29 February is rare; 29 February 2023 never was": "29 February=2024-02-29~",
		"": "",
	} {
		if got := told(text, published); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
	if got := told("On Tuesday and on 12 March and 12 March 2024", time.Time{}); got != "Tuesday=~; 12 March=~; 12 March 2024=2024-03-12" {
		t.Errorf("undated: %s", got)
	}
}

func told(text string, published time.Time) string {
	var out []string
	for _, d := range Find(text, published) {
		s := text[d.Start:d.End] + "="
		switch {
		case d.Day.IsZero():
		case d.Month:
			s += d.Day.Format("2006-01 ")
		default:
			s += d.Day.Format(time.DateOnly)
		}
		if d.Relative {
			s += "~"
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func FuzzFind(f *testing.F) {
	f.Add("On Tuesday, 12 March 2025, March 9, 2018-12-29 and ١٢ آذار ٢٠٢٥.")
	f.Add("\xff12 March\xff 2025-03-12\u00a0May 2025")
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, d := range Find(text, time.Date(2025, 3, 14, 0, 0, 0, 0, time.UTC)) {
			if d.Start < end || d.End <= d.Start || d.End > len(text) || d.Day.IsZero() {
				t.Fatalf("%q: %+v", text, d)
			}
			end = d.End
		}
	})
}

// A text of nothing but what looks like dates costs as much a byte as a short one.
func BenchmarkFind(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		text := strings.Repeat("12 March 12,000 on Sunday Times 2018-12-29- ", n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				Find(text, time.Time{})
			}
		})
	}
}
