package bot

import (
	"context"
	"net/url"
)

// GuildOf asks Discord which guild a channel or thread belongs to; empty for a
// direct message. The error is an *APIError where Discord refused.
func (b *Bot) GuildOf(ctx context.Context, channelID string) (string, error) {
	var c struct {
		Guild string `json:"guild_id"`
	}
	err := b.get(ctx, "/channels/"+url.PathEscape(channelID), &c)
	return c.Guild, err
}
