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

// charts draws the days, where there is something to draw. A picture that fails
// costs the answer nothing but itself.
func (c *call) charts(title string, w window, days []int) (out []Picture) {
	var err error
	defer c.guard(&err)
	if p, ok := c.chart(title, w, days); ok {
		out = append(out, p)
	}
	return out
}

// chart draws the reports a day of the last 30 days, if there is one to draw.
func (c *call) chart(title string, w window, days []int) (Picture, bool) {
	if len(days) < 2*chartDays || sum(days) == 0 {
		return Picture{}, false
	}
	png, err := picture.Chart(picture.ChartData{Title: title, In: c.p, From: chartSpan(w.now).From.AddDate(0, 0, chartDays),
		Counts: days[chartDays : 2*chartDays], Before: days[:chartDays]})
	if err != nil {
		return Picture{}, false
	}
	return Picture{Alt: png.Alt, Type: "image/png", Width: png.Width, Height: png.Height, Data: png.Data}, true
}

func sum(list []int) (n int) {
	for _, v := range list {
		n += v
	}
	return n
}
