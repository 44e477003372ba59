"""Old backups make room: few are kept of long ago, many of lately."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tfcards.store.backup import outlived

START = datetime(2025, 1, 1, 12, tzinfo=UTC)


def file(moment):
    return Path(f"collection-{moment.strftime('%Y%m%dT%H%M%S%f')}Z.db")


def test_a_year_of_two_a_day_is_thinned():
    kept = []
    for half_day in range(2 * 365):
        now = START + timedelta(hours=12 * half_day)
        kept.append(file(now))
        taken = outlived(kept, now)
        assert file(now) not in taken
        kept = [name for name in kept if name not in taken]
    names = [name.name for name in kept]
    assert 25 <= len(names) <= 40
    assert len({name[11:17] for name in names}) == 12  # every month is there
    assert file(START + timedelta(days=20, hours=12)) not in kept


def test_few_backups_all_stay():
    files = [file(START + timedelta(days=30 * i)) for i in range(10)]
    assert outlived(files, START + timedelta(days=300)) == []
