"""Every setting, its bounds and where it comes from.

Order of precedence: ``GUANCHAO_<SECTION>__<KEY>`` environment variables, then ``config.yaml``, then the defaults in
`sections`. A key, section or variable that does not exist is an error that names the nearest one that does. Relative paths
resolve against the folder of the configuration file.
"""

from docs_store.settings.loading import Settings, SettingsError, load_settings
from docs_store.settings.sections import (
    AnswerSettings,
    EmbeddingSettings,
    ExportSettings,
    IngestSettings,
    LlmSettings,
    PageSettings,
    RetrievalSettings,
    ServeSettings,
    StoreSettings,
    User,
    VerifySettings,
)

__all__ = [
    "AnswerSettings",
    "EmbeddingSettings",
    "ExportSettings",
    "IngestSettings",
    "LlmSettings",
    "PageSettings",
    "RetrievalSettings",
    "ServeSettings",
    "Settings",
    "SettingsError",
    "StoreSettings",
    "User",
    "VerifySettings",
    "load_settings",
]
