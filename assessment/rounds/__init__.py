"""Use cases of a round, pure: what a request comes to under the round's rules, as new entries or as a Refusal. No input, no output."""
