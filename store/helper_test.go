package store

func helpFile() {}
func helpLock() {}
