package commands

// zones are the time zones that completion offers; any other IANA name can be
// typed.
func zones() []string {
	return []string{
		"UTC", "Asia/Damascus", "Asia/Baghdad", "Asia/Beirut", "Asia/Amman", "Asia/Jerusalem", "Asia/Gaza", "Europe/Istanbul", "Asia/Tehran", "Asia/Riyadh",
		"Asia/Kuwait", "Asia/Qatar", "Asia/Dubai", "Asia/Muscat", "Asia/Aden", "Asia/Nicosia", "Africa/Cairo", "Africa/Tripoli", "Africa/Tunis", "Africa/Algiers",
		"Africa/Casablanca", "Africa/Khartoum", "Africa/Juba", "Africa/Addis_Ababa", "Africa/Mogadishu", "Africa/Nairobi", "Africa/Kampala", "Africa/Kigali",
		"Africa/Kinshasa", "Africa/Lubumbashi", "Africa/Lagos", "Africa/Bamako", "Africa/Ouagadougou", "Africa/Ndjamena", "Africa/Johannesburg", "Africa/Maputo",
		"Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Madrid", "Europe/Paris", "Europe/Brussels", "Europe/Amsterdam", "Europe/Berlin", "Europe/Zurich",
		"Europe/Rome", "Europe/Vienna", "Europe/Prague", "Europe/Warsaw", "Europe/Stockholm", "Europe/Oslo", "Europe/Copenhagen", "Europe/Helsinki", "Europe/Athens",
		"Europe/Bucharest", "Europe/Sofia", "Europe/Belgrade", "Europe/Sarajevo", "Europe/Chisinau", "Europe/Kyiv", "Europe/Minsk", "Europe/Moscow",
		"Asia/Tbilisi", "Asia/Yerevan", "Asia/Baku", "Asia/Kabul", "Asia/Karachi", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Dhaka", "Asia/Colombo", "Asia/Yangon",
		"Asia/Bangkok", "Asia/Jakarta", "Asia/Manila", "Asia/Shanghai", "Asia/Taipei", "Asia/Hong_Kong", "Asia/Singapore", "Asia/Seoul", "Asia/Tokyo",
		"Australia/Perth", "Australia/Sydney", "Pacific/Auckland", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Toronto",
		"America/Mexico_City", "America/Port-au-Prince", "America/Bogota", "America/Caracas", "America/Lima", "America/Sao_Paulo", "America/Argentina/Buenos_Aires",
	}
}
