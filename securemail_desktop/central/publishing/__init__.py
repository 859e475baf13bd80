"""The administrator's side of signed policies: a repository of The Update Framework as a plain folder."""
