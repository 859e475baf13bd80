"""Dates of birth, comparable however they are written."""

import re

_DIGITS = re.compile(r"\d+")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def birth_numbers(text: str) -> tuple[int, ...]:
    """Return the numbers of a date as (smaller, larger, year of the century); empty when they are not three.

    3/4/75 may be read in two ways, and both are one here.
    """
    numbers = [int(number) for number in _DIGITS.findall(text)]
    month = next((n for n, name in enumerate(_MONTHS, 1) if name in text.lower()), 0)
    numbers += [month] if month else []
    if len(numbers) != 3:
        return ()
    year = next((n for n in numbers if n > 31), numbers[-1])
    rest = sorted(numbers)
    rest.remove(year)
    return (*rest, year % 100)
