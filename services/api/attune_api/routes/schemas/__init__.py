"""The forms of requests and answers, where a noun has too many for its route file."""
