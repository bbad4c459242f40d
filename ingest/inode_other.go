//go:build !unix

package ingest

import "io/fs"

// folderKey names a folder by its path without links, where there are no inodes.
func folderKey(_ fs.FileInfo, real string) string { return real }
