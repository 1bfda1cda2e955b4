"""The settings: `HJV_*` variables of the environment, read once at a process's edge and handed down.

Here: every setting with its meaning and a safe default. Not here: what is done with them.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

SANDBOX_PATHS = {
    "hsa_file_url": "/hsafileservice/hsaunits.zip",
    "hsa_unit_url": "/hsa/unit",
    "eservices_url": "/eservices",
    "offerings_url": "/offerings",
    "vaccinera_url": "/vaccinera",
    "kka_url": "/kka",
    "waiting_times_url": "/waiting-times",
    "waiting_times_skane_url": "/waiting-times-skane",
    "listing_url": "/listing",
    "patient_survey_url": "/patient-survey",
}
"""Where the sandbox answers in each source's place. A source that is not here has no counterpart in it."""

_PREFIX = "HJV_"

_HIDDEN = re.compile(r"(?<=://)[^\s/]*(?=@)|(?<=\?).*")
"""What may be secret in an address: user and password, and what is asked for."""


class Settings(BaseSettings):
    """What an installation chooses. A source without an address is off, and says so.

    Addresses (`HJV_…_URL`) are read also of sources that have no field here.
    """

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, extra="allow")

    data_dir: Path = Field(Path(".hjv"), description="Where everything that is kept on disk stands.")
    database_url: SecretStr | None = Field(
        None,
        description="postgresql://… of a real server; without it an embedded one runs in the data folder.",
    )
    sources: Literal["sandbox", "live"] = Field("sandbox", description="Ask the sandbox, or the real systems.")
    sandbox_size: Literal["small", "national"] = Field("national", description="The synthetic nation's size.")

    hsa_file_url: str | None = Field(None, description="HSA's complete file, hsaunits.zip.")
    hsa_unit_url: str | None = Field(None, description="HSA's single-unit service.")
    hsa_unit_contract: Literal["GetUnit", "GetHsaUnit"] = Field(
        "GetUnit",
        description="GetUnit 5.0 (a profile of this project) or orgmaster:hsa GetHsaUnit 1.0 to the letter.",
    )
    hsa_unit_logical_address: str = Field("SE165565594230-1000", description="Receiver of the single-unit calls.")
    hsa_unit_pause_seconds: float = Field(0.05, description="Pause after each answer (GetUnit 5.0: 50 ms, one thread).")
    eservices_url: str | None = Field(None, description="1177 e-tjänster, GetAvailableEServices 1.0.")
    eservices_logical_address: str = Field("SE165565594230-1000", description="Receiver of the e-service calls.")
    eservices_calls_per_second: float = Field(1.0, description="Pace (the contract's load: one a second).")
    eservices_batch: int = Field(1000, ge=1, description="HSA-ids in one call; the contract names no limit.")

    listing_url: str | None = Field(None, description="Listningstjänsten, GetAvailableFacilities 1.0.")
    listing_logical_address: str = Field("SE165565594230-1000", description="Receiver of the listing calls.")
    listing_calls_per_second: float = Field(1.0, description="Pace (no load is documented; e-tjänsters).")
    patient_survey_url: str | None = Field(None, description="The national patient survey (Signe), JSON.")

    waiting_times_url: str | None = Field(None, description="Väntetider i vården, GetQualityIndicators 2.")
    waiting_times_logical_address: str = Field("SE165565594230-1000", description="Receiver of its calls.")
    waiting_times_calls_per_second: float = Field(1.0, description="Pace (no load is documented; e-tjänsters).")
    waiting_times_skane_url: str | None = Field(None, description="Väntetider Skåne, GetQualityIndicators 2.")
    waiting_times_skane_logical_address: str = Field("SE165565594230-1000", description="Receiver of its calls.")
    waiting_times_skane_calls_per_second: float = Field(1.0, description="Pace (no load is documented; e-tjänsters).")

    offerings_url: str | None = Field(None, description="Utbud, Region Stockholm.")
    offerings_contract: Literal["GetCareServiceOfferings", "GetHealthcareOfferings"] = Field(
        "GetCareServiceOfferings",
        description="GetCareServiceOfferings 3.0 to the letter, or GetHealthcareOfferings 1 (a profile of ours).",
    )
    offerings_logical_address: str = Field("SE2321000016-UTBUD", description="Receiver of its calls: the catalogue.")
    offerings_calls_per_second: float = Field(10.0, description="Pace (the contract's load: ten a second).")
    offerings_batch: int = Field(100, ge=1, description="HSA-ids in one call about units; the contract names no limit.")
    vaccinera_url: str | None = Field(None, description="Vaccinera, Region Stockholm, JSON.")
    vaccinera_calls_per_second: float = Field(1.0, description="Pace (no load is documented).")
    kka_url: str | None = Field(None, description="KKA (Kontaktkortsadmin), JSON.")
    kka_calls_per_second: float = Field(1.0, description="Pace (no load is documented).")

    client_certificate: Path | None = Field(None, description="PEM file of our certificate (mTLS).")
    client_key: Path | None = Field(None, description="PEM file of its key.")
    ca_certificates: Path | None = Field(None, description="PEM file of the authorities that we trust.")
    consumer_hsa_id: str = Field("SE2321000016-HJV3", description="Who asks, in RIV-TA's headers.")

    business_code_required_in: tuple[str, ...] = Field(
        (), description="Region keys that do not show all business codes on 1177, so that one is mandatory."
    )

    notification_secret_hsa: SecretStr | None = Field(
        None,
        description="What HSA signs notifications with; else the data folder's notifications/hsa.secret.",
    )
    notification_secret_kka: SecretStr | None = Field(None, description="What KKA signs with, likewise.")
    notification_secret_vaccinera: SecretStr | None = Field(None, description="What Vaccinera signs with, likewise.")
    notification_window_seconds: int = Field(
        300, ge=1, description="How far a notification's time of signing may lie from ours."
    )

    inbox_tick_seconds: float = Field(
        40.0, gt=0, le=50, description="How long a tick of the inbox's sensors waits for a hint; Dagster allows 60."
    )
    inbox_linger_seconds: float = Field(
        30.0, ge=0, description="How long a run that drains the inbox stays after the last hint, for the next one."
    )

    guard_units_gone: float = Field(
        0.05, ge=0, description="Hold a region's import back when more than this share of its units would be gone."
    )
    guard_units_new: float = Field(0.5, ge=0, description="The same when more than this share would be new.")
    guard_values_gone: float = Field(0.1, ge=0, description="The same when a field would lose more of its values.")
    guard_findings_more: float = Field(0.1, ge=0, description="The same when more units would break one rule anew.")
    guard_cards_gone: float = Field(0.05, ge=0, description="The same when more of its cards would be gone.")
    guard_cards_moved: float = Field(0.05, ge=0, description="The same when more of its cards would lie far away.")
    guard_far_kilometres: float = Field(10.0, gt=0, description="What is far away from where a card lies.")

    cards_regions_per_run: int | None = Field(
        None,
        ge=1,
        description="How many regions a run takes when the cards are backfilled, so that several workers share the "
        "nation; else it is one run.",
    )

    alert_webhook_url: str | None = Field(None, description="Where alerts are posted as JSON, signed.")
    alert_webhook_secret: SecretStr | None = Field(None, description="What they are signed with, as notifications are.")
    alert_mail_to: tuple[str, ...] = Field((), description="Who gets alerts by mail.")
    alert_mail_from: str | None = Field(None, description="Whom these mails come from.")
    smtp_host: str | None = Field(None, description="The mail server that takes them.")
    smtp_port: int = Field(587, description="Its port.")
    smtp_starttls: bool = Field(default=True, description="Encrypt by STARTTLS, and refuse a server that cannot.")
    smtp_user: str | None = Field(None, description="Log in as; no login without it.")
    smtp_password: SecretStr | None = Field(None, description="Its password.")

    log_format: Literal["text", "json"] = Field(
        "text", description="How every process logs: text for people, or one JSON object a line for machines."
    )
    host: str = Field("127.0.0.1", description="What every server of ours binds to.")
    ui_url: str | None = Field(
        None, description="Dagster's UI as people reach it, for links in alerts; else this machine and HJV_UI_PORT."
    )
    delivery_tokens: Literal["auto", "nothing", "inner", "everything"] = Field(
        "auto",
        description="What of the API needs a consumer's token: what lies behind a card (inner), everything or nothing. "
        "auto: inner, but nothing on loopback while there is no consumer.",
    )
    metrics_token: SecretStr | None = Field(
        None, description="What Prometheus sends to read /metrics of our servers; without it, this machine alone may."
    )
    delivery_requests_per_minute: int = Field(
        30_000, ge=1, description="Requests that a consumer, or an address without a token, may make."
    )
    feed_retention_days: int = Field(
        30, ge=1, description="How far back the change feed and the cards' history reach at least."
    )
    ledger_retention_days: int = Field(
        90,
        ge=14,
        description="For how long what imports and publications did is kept: the ledger, earlier documents, findings "
        "that ended, decisions and alerts that are over. A run can be reverted as long.",
    )
    run_retention_days: int = Field(
        30, ge=8, description="For how long Dagster's runs, their events and what they printed are kept."
    )
    raw_days: int = Field(
        14, ge=0, description="How long what the sources answered is kept as received, to replay a day; 0 keeps none."
    )
    raw_gigabytes: float = Field(5.0, ge=0, description="How much room it may take; beyond that the oldest goes first.")
    inbox_retention_days: int = Field(
        30,
        ge=1,
        description="For how long hints that are done, and their notifications, can be looked at and replayed.",
    )
    ui_port: int = 3000
    delivery_port: int = 8080
    receiver_port: int = 8081
    sandbox_port: int = 8090
    code_server_port: int = 4000

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        """Give what is shown of the settings: addresses without what may be secret in them."""
        for name, value in super().__repr_args__():
            is_address = isinstance(value, str) and (name or "").endswith("_url")
            yield name, _HIDDEN.sub("***", value) if is_address else value

    @property
    def home(self) -> Path:
        """Return the data folder as an absolute path."""
        return self.data_dir.expanduser().resolve()

    def address(self, name: str) -> str | None:
        """Return the address of the service that the setting `name` configures, the sandbox's in sandbox mode.

        None where there is neither.
        """
        own: str | None = getattr(self, name, None)
        if own is not None or self.sources == "live" or name not in SANDBOX_PATHS:
            return own
        return f"http://{self.host}:{self.sandbox_port}{SANDBOX_PATHS[name]}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return where settings come from: beside pydantic's own places, every address in the environment."""
        addresses = {
            name.removeprefix(_PREFIX).lower(): value
            for name, value in os.environ.items()
            # A database's address is no source's, and holds a password: it has a field of its own or is not for us.
            if name.startswith(_PREFIX) and name.endswith("_URL") and not name.endswith("_DATABASE_URL")
        }
        of_any_source = InitSettingsSource(settings_cls, init_kwargs=addresses)
        return init_settings, env_settings, dotenv_settings, file_secret_settings, of_any_source
