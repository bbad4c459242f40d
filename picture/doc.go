// Package picture draws what answers show: charts, as PNG with a text that says
// the same in words. It draws the same bytes for the same data.
package picture
