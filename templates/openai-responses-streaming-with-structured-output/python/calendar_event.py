"""What the model answers with: change it, and the answers change."""

import datetime

from pydantic import BaseModel, ConfigDict, Field


class CalendarEvent(BaseModel):
    """An event that somebody tells of."""

    # The service wants it said that there are no other fields, and that none is left out:
    # so none has a default, and what may be unknown may be None.
    model_config = ConfigDict(extra="forbid")

    # What stands here is what the model is told of each field.
    title: str = Field(description="what happens, in a few words")
    date: datetime.date | None = Field(description="its day; null if none is named")
    people: list[str] = Field(description="the names of those who take part")
