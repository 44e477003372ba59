"""The frame of every page: fonts, sizes, distances, and the blocks cards are made of. No rules."""

from tfcards.rendering.colours import Colours


def page(body: str, colours: Colours, size: int) -> str:
    """A whole HTML document for a text view; `size` is that of running text in px."""
    return f"<html><head><style>{_style(colours, size)}</style></head><body>{body}</body></html>"


def code_block(html: str) -> str:
    """Highlighted code in a table of one cell, whose rounded ground the view paints."""
    return (
        '<table class="code" width="100%" cellspacing="0" cellpadding="12"'
        ' style="margin-top:6px;margin-bottom:10px"><tr><td>'
        f'<pre style="margin:0;line-height:3px;-qt-line-height-type:line-distance">{html}</pre>'
        "</td></tr></table>"
    )


def rule(colours: Colours) -> str:
    """A thin line across the page."""
    return (
        '<table width="100%" cellspacing="0" cellpadding="0"'
        ' style="margin-top:14px;margin-bottom:10px">'
        f'<tr><td bgcolor="{colours.border}" style="font-size:1px;line-height:1px"> </td></tr>'
        "</table>"
    )


def quote(body: str, colours: Colours) -> str:
    """A quieter block with a bar at its left."""
    opening, closing = quote_tags(colours)
    return opening + body + closing


def quote_tags(colours: Colours) -> tuple[str, str]:
    """What stands before and after a quieter block: a table of two cells, for want of borders."""
    opening = (
        '<table width="100%" cellspacing="0" cellpadding="0"'
        ' style="margin-top:4px;margin-bottom:8px"><tr>'
        f'<td width="3" bgcolor="{colours.border}"></td>'
        f'<td style="padding-left:12px;color:{colours.muted}">'
    )
    return opening, "</td></tr></table>"


def caption(text: str, colours: Colours) -> str:
    """A small muted title above a part of a card; `text` is plain and must be safe."""
    return f'<p class="caption" style="color:{colours.muted}">{text}</p>'


def _style(colours: Colours, size: int) -> str:
    small, code = max(size - 3, 9), max(size - 2, 9)
    flow = "line-height:5px;-qt-line-height-type:line-distance"
    rules = {
        "body": f"color:{colours.text};font-size:{size}px;font-family:'{colours.text_font}'",
        "p,li": flow,
        "h1,h2,h3,h4,h5,h6": "margin-top:12px;margin-bottom:6px;font-weight:600",
        "h1": f"font-size:{round(size * 1.6)}px",
        "h2": f"font-size:{round(size * 1.35)}px",
        "h3": f"font-size:{round(size * 1.15)}px",
        "h4,h5,h6": f"font-size:{size}px",
        "a": f"color:{colours.link};text-decoration:none",
        "code": f"font-family:'{colours.mono_font}';font-size:{code}px",
        "h1 code": f"font-size:{round(size * 1.5)}px",
        "h2 code": f"font-size:{round(size * 1.25)}px",
        "pre": f"font-family:'{colours.mono_font}';font-size:{code}px",
        ".caption": f"font-size:{small}px;font-weight:600;margin-top:12px;margin-bottom:4px",
        ".source": f"font-size:{small}px;margin-top:14px",
        ".small": f"font-size:{small}px",
    }
    return " ".join(f"{selector}{{{body}}}" for selector, body in rules.items())
