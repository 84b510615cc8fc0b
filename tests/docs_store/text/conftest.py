"""Properties are held however long one example takes: speed is no matter of tests."""

from hypothesis import settings

settings.register_profile("guanchao", deadline=None)
settings.load_profile("guanchao")
