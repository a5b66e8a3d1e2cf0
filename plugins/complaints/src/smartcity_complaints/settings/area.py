"""The part of the world a region lies in."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from smartcity_share import setting

Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class Area(BaseModel):
    """The rectangle around the region, WGS 84 in degrees; a place outside it is asked about again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    south: Latitude = setting(title={"id": "Lintang selatan", "en": "Southern latitude"}, example=-1.0)
    west: Longitude = setting(title={"id": "Bujur barat", "en": "Western longitude"}, example=100.0)
    north: Latitude = setting(title={"id": "Lintang utara", "en": "Northern latitude"}, example=0.5)
    east: Longitude = setting(title={"id": "Bujur timur", "en": "Eastern longitude"}, example=101.5)

    @model_validator(mode="after")
    def _has_extent(self) -> Self:
        if self.south >= self.north or self.west >= self.east:
            message = "south must be less than north and west less than east"
            raise ValueError(message)
        return self

    @property
    def centre(self) -> tuple[float, float]:
        """Latitude and longitude of the middle."""
        return (self.south + self.north) / 2, (self.west + self.east) / 2

    def contains(self, latitude: float, longitude: float) -> bool:
        """Whether a place lies inside."""
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east
