// Package schedule keeps command lines that run by themselves: the language they
// are written in (Parse), the book they stand in (Book), and the loop that runs
// each occurrence once (Runner). It knows no door: what an occurrence does is the
// Fire function that its owner hands in.
package schedule
