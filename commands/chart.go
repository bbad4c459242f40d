package commands

import (
	"time"

	"sitrep/index/query"
	"sitrep/picture"
)

// chartSpan are the 60 days that a chart compares: 30, and the 30 before.
func chartSpan(now time.Time) query.Span {
	end := now.UTC().Add(24*time.Hour - time.Nanosecond).Truncate(24 * time.Hour)
	return query.Span{From: end.AddDate(0, 0, -2*chartDays), To: end}
}

// chart draws the reports a day of n days from a first one on, against the n days before;
// days are those of both. A picture that fails costs the answer nothing but itself.
func (c *call) chart(title string, from time.Time, days []int, n int) (out []Picture) {
	var err error
	defer c.guard(&err)
	if len(days) < 2*n || sum(days) == 0 {
		return nil
	}
	png, err := picture.Chart(picture.ChartData{Title: title, In: c.p, From: from, Counts: days[n : 2*n], Before: days[:n]})
	if err != nil {
		return nil
	}
	return []Picture{pictureOf(png)}
}

func pictureOf(png picture.PNG) Picture {
	return Picture{Alt: png.Alt, Type: "image/png", Width: png.Width, Height: png.Height, Data: png.Data}
}

func sum(list []int) (n int) {
	for _, v := range list {
		n += v
	}
	return n
}
