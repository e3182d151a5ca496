"""The reference page of the indicators: `python -m tests.indicators.reference` writes it."""

from __future__ import annotations

from pathlib import Path

from hamkor.indicators.registry import indicators

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "indicators.md"


def page() -> str:
    """Return the page: every indicator that there is, as it declares itself."""
    found = indicators().values()
    lines = [
        "# Indicators", "",
        f"The {len(found)} indicators of `hamkor measure`, as each declares itself: [how to use them](../how-to/measure.md).",
        "", "| indicator | what it is | unit | of each | needs | variants (the default first) | definition from |",
        "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for one in found:
        variants = "; ".join(f"{name}: {', '.join(choices)}" for name, choices in one.variants.items())
        needs = f"{one.needs}{' by product' if one.products else ''}{' of the world' if one.world else ''}"
        lines.append(f"| `{one.name}` | {one.title} | {one.unit} | {one.level} | {needs} | {variants} | {one.citation} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
