package briefing

import "strings"

// byFirst puts texts by their first byte, so that few are compared with a line.
func byFirst(list ...string) (out [256][]string) {
	for _, s := range list {
		out[s[0]] = append(out[s[0]], s)
	}
	return out
}

// parts are texts that are looked for anywhere in a line, by their first two bytes.
type parts struct {
	begins [1 << 16 / 64]uint64
	by     map[uint16][]string
}

func newParts(list ...string) *parts {
	p := &parts{by: map[uint16][]string{}}
	for _, s := range list {
		k := uint16(s[0])<<8 | uint16(s[1])
		p.begins[k/64] |= 1 << (k % 64)
		p.by[k] = append(p.by[k], s)
	}
	return p
}

// in reports whether one of them is in a line.
func (p *parts) in(line string) bool {
	for i := 1; i < len(line); i++ {
		k := uint16(line[i-1])<<8 | uint16(line[i])
		if p.begins[k/64]>>(k%64)&1 == 0 {
			continue
		}
		for _, s := range p.by[k] {
			if strings.HasPrefix(line[i-1:], s) {
				return true
			}
		}
	}
	return false
}
