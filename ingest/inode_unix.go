//go:build unix

package ingest

import (
	"io/fs"
	"strconv"
	"syscall"
)

// folderKey names a folder whatever path leads to it: its device and inode.
func folderKey(info fs.FileInfo, real string) string {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return strconv.FormatUint(uint64(st.Dev), 10) + ":" + strconv.FormatUint(uint64(st.Ino), 10)
	}
	return real
}
