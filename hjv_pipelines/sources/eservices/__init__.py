"""1177 e-tjänster: which e-services each care unit offers, by the contract GetAvailableEServices 1.0."""
