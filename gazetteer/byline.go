package gazetteer

func (g *Gazetteer) bylines(text string, names []found) {}
