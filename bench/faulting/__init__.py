"""What `bench faults` is made of: the site, its phones and viewers, and the reckoning afterwards."""
