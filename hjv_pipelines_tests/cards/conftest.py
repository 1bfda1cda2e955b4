"""What the tests of the cards share: hypothesis without a clock, since nothing here promises a time."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
