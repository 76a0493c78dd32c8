"""Commands of an assessment and its plan; `groups` says where each stands."""
