"""Who makes it and how the work is organised: occupations, contracts, shifts without people, subsidies."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from thuishaven.dossier import fields as f
from thuishaven.dossier.codes import Identifier, IscoCode
from thuishaven.dossier.sections import Section, Translated


class Occupation(Section):
    """One group of people. Its hours follow from the units, from the machines, or from posts."""

    id: Identifier = Field(description="Name of the group", examples=["operators"])
    name: Translated | None = Field(default=None, description="Name shown in tables", examples=["Operators"])
    isco: IscoCode | None = Field(
        default=None, description="Occupation, ISCO-08 code of one to four digits", examples=["8142"]
    )
    hours_per_unit: f.Hours | None = Field(
        default=None, description="Hours of work per good unit, if the people set the pace", examples=[0.05]
    )
    crew: f.Count | None = Field(
        default=None, description="People per running machine, if the machine sets the pace", examples=[0.5]
    )
    posts: f.Count | None = Field(
        default=None,
        description="Fixed posts: people who are there whatever the volume (maintenance, quality, planning)",
        examples=[1],
    )
    post_hours: f.HoursPerYear | None = Field(
        default=None, description="Hours a year that each fixed post is staffed", examples=[1750]
    )
    shortage: Literal["none", "people", "skills", "conditions"] | None = Field(
        default=None,
        description="Main cause of a shortage occupation: too few people, skills, or working conditions",
        examples=["skills"],
    )
    fill_chance: f.Share | None = Field(
        default=None, description="Chance that a vacancy is filled within a month", examples=[0.15]
    )
    training_hours: f.Hours | None = Field(
        default=None, description="Hours of training that a new person needs", examples=[80]
    )


class Subsidy(Section):
    """A wage subsidy that may apply to these people; what is not known stays unknown, never "no"."""

    scheme: Identifier = Field(
        description="Name of the scheme, as thuishaven region lists them", examples=["be_shift_night"]
    )
    applies: bool | None = Field(
        default=None, description="All conditions are met; leave empty if not known", examples=[True]
    )
    chance: f.Share | None = Field(
        default=None, description="Chance that the conditions are met, if not known for sure", examples=[0.7]
    )
    workers: f.Count | None = Field(
        default=None, description="People to whom it applies, in full-time jobs", examples=[20]
    )
    share: f.Share | None = Field(
        default=None, description="Share of the wage that is paid, if the scheme has steps", examples=[0.45]
    )


class Labour(Section):
    """The work at home; a plan may change any of it."""

    occupations: tuple[Occupation, ...] = Field(
        default=(), description="Groups of people at the own plant at home; absent means one estimate"
    )
    contract_hours: f.HoursPerWeek | None = Field(
        default=None, description="Full-time contract hours a week", examples=[38]
    )
    presence: f.Share | None = Field(
        default=None,
        description="Share of the contract hours really worked (without leave, holidays, illness)",
        examples=[0.71],
    )
    part_time: f.Share | None = Field(
        default=None, description="Mean job as a share of full-time", examples=[0.9]
    )
    indirect_share: f.PositiveRate | None = Field(
        default=None,
        description="Indirect staff as a share of the direct hours, if no fixed posts are given",
        examples=[0.15],
    )
    shortage_share: f.Share | None = Field(
        default=None, description="Share of the people in shortage occupations", examples=[0.4]
    )
    from_unemployment: f.Share | None = Field(
        default=None, description="Share of the new people who come from unemployment", examples=[0.3]
    )
    retrained: f.Count | None = Field(
        default=None, description="Present staff who change task and are trained", examples=[4]
    )
    taxable_pay: f.MoneyPerYear | None = Field(
        default=None, description="Taxable pay of a full-time worker per year", examples=[42000]
    )
    supported_jobs: f.Count | None = Field(
        default=None, description="Supported workers (social economy), in full-time jobs", examples=[5]
    )
    supported_productivity: f.Share | None = Field(
        default=None, description="Output of a supported worker against the standard", examples=[0.6]
    )
    guidance: f.MoneyPerYear | None = Field(
        default=None, description="Cost of guidance for one supported worker", examples=[3000]
    )
    unattended_hours: f.Hours | None = Field(
        default=None, description="Hours that machines run on without anybody there", examples=[16]
    )
    between_stops: f.Hours | None = Field(
        default=None,
        description="Mean hours between two stops of the line that need a hand, small ones too",
        examples=[40],
    )
    stations: f.Count | None = Field(default=None, description="Stations of the line", examples=[10])
    station_availability: f.Share | None = Field(
        default=None, description="Availability of one station", examples=[0.98]
    )
    buffered: bool | None = Field(
        default=None, description="Buffers between the stations take up a stop", examples=[False]
    )
    subsidies: tuple[Subsidy, ...] = Field(default=(), description="What is known about wage subsidies")
