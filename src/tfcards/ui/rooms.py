"""The rooms of the window: order, names, icons, and which page each is. No page content."""

from enum import StrEnum
from typing import TYPE_CHECKING

from tfcards.ui.look.appearance import Appearance
from tfcards.ui.page import Page

if TYPE_CHECKING:
    from tfcards.ui.context import Context


class Room(StrEnum):
    """A room; its value is also the name of its icon."""

    TODAY = "today"
    REVIEW = "review"
    QUIZ = "quiz"
    LABS = "labs"
    BROWSE = "browse"
    PROGRESS = "progress"
    SETTINGS = "settings"

    @property
    def words(self) -> str:
        """The room's name as the learner reads it."""
        return self.value.capitalize()


def make_page(room: Room, context: "Context", appearance: Appearance) -> Page:
    """Build the page of a room; its code is imported now, not when the window starts."""
    match room:
        case Room.TODAY:
            from tfcards.ui.today.page import TodayPage  # noqa: PLC0415 - loaded when first needed

            return TodayPage(context, appearance)
        case Room.REVIEW:
            from tfcards.ui.review.page import ReviewPage  # noqa: PLC0415 - loaded when first needed

            return ReviewPage(context, appearance)
        case Room.SETTINGS:
            from tfcards.ui.settings import SettingsPage  # noqa: PLC0415 - loaded when first needed

            return SettingsPage(context, appearance)
        case Room.LABS:
            from tfcards.ui.labs_page import LabsPage  # noqa: PLC0415 - loaded when first needed

            return LabsPage(context, appearance)
        case Room.QUIZ | Room.BROWSE | Room.PROGRESS:
            from tfcards.ui.look.empty import unfinished_page  # noqa: PLC0415 - loaded when first needed

            return unfinished_page(room.words)
