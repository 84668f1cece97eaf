from __future__ import annotations

from waitbench.presentation.lean_svg import lean

GROUND = '<path class="background" aria-hidden="true" d="M0,0h9v9h-9Z"/>'
FILLED = '<path class="background" aria-hidden="true" d="M0,0h9v9h-9Z" fill="red"/>'
TEXT = (
    '<text font-family="Arial, sans-serif" opacity="1" transform="translate(0.123456,1)">a</text>'
)


def test_what_is_not_seen_goes_and_what_is_seen_stays() -> None:
    made = lean(f'<svg>{GROUND}{FILLED}<g aria-hidden="true" opacity="0.5"></g></svg>')
    assert made == (
        '<svg><path class="background" d="M0,0h9v9h-9Z" fill="red"/><g opacity="0.5"></g></svg>'
    )


def test_one_font_is_named_once_and_places_are_as_fine_as_a_screen() -> None:
    assert lean(f"<svg>{TEXT}{TEXT}</svg>") == (
        '<svg font-family="Arial, sans-serif">'
        + '<text transform="translate(0.12,1)">a</text>' * 2
        + "</svg>"
    )


def test_two_fonts_stay_where_they_are() -> None:
    other = '<text font-family="Courier">b</text>'
    assert lean(f"<svg>{other}{TEXT}</svg>").count("font-family") == 2


def test_no_drawing_stays_none() -> None:
    assert lean("") == ""
