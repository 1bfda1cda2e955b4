"""Listningstjänsten: where one can list oneself, and where there is a queue, by GetAvailableFacilities 1.0."""
