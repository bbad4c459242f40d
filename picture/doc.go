// Package picture draws what answers show: charts and maps, as PNG with a text that
// says the same in words. It draws the same bytes for the same data, and asks no
// network: what lies under a map is in picture/atlas.
package picture
