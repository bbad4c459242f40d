package main

import "context"

func measureDeath(ctx context.Context, a *archive, e *engine) error { return nil }
