"""What time brings, by noun: each job does what is due now, for every organisation."""
